"""The reference solution, its variants and the misconceptions; students never get this folder."""
