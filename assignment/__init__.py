"""What a student works in: the stubs, the data, the handout and the local checks."""
