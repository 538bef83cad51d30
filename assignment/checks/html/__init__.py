"""Pages of HTML: what all pages share, the feedback page, and pictures of wrong arrays."""
