"""Compare an answer with the accepted ones and say what is wrong."""
