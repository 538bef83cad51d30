"""The page on which the reports are marked by hand, and its data."""
