"""Turn files, archives, notebooks and platform downloads into submissions."""
