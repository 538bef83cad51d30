"""Tables and pages of results: feedback for students, the class page, and pages for staff."""
