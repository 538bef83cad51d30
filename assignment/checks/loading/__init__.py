"""Load a student's file: its definitions without its training runs, or all of it."""
