"""Explain one submission to staff: the record, a second run, both compared, as text and page."""
