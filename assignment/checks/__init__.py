"""What the local checks and the autograder share: questions, cases, judge, loader, public key."""
