"""From one submission to its verdicts and its result, and many submissions in parallel."""
