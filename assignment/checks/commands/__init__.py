"""What `check.py` offers: one module for each of its options."""
