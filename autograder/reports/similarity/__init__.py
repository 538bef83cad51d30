"""Find submissions that share code, and show it on a page for staff."""
