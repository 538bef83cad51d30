"""The page on which people mark the reports, and what it is made of."""
