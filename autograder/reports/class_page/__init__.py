"""The class page: what a class has and has not understood, and which submissions need attention."""
