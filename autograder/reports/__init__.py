"""What people read: feedback, the class page, and the pages for staff."""
