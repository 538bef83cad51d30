"""Lays text and figures out as a PDF of A4 pages; matplotlib does the drawing."""
