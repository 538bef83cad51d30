"""What the local checks and the autograder share: questions, cases, the judge, the loader, the public key."""
