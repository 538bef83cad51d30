"""What instructors have and students never get: the reference, its variants, the misconceptions."""
