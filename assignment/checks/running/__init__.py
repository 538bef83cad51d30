"""Find the student's file and call its functions in a process of their own."""
