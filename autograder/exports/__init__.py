"""What is made of the record: tables and pages, each a function of results and nothing else."""
