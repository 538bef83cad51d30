"""What is made of the record: tables and uploads, each a function of results and nothing else."""
