"""The class page: what a class has and has not understood, and who needs a person."""
