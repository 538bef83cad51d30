"""From verdicts and human decisions to a grade for each student."""
