"""Fleet: many repositories rewritten, verified and handed over, one process each, resumable."""
