"""``results.sqlite``: writing and reading it, what a result depends on, and who decided what."""
