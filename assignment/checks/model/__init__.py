"""The data model that students' checks and the grader share: cases, questions, the public key."""
