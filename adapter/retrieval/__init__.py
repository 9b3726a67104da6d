"""retrieval: documentation of libraries, and the ways to find in it what a question is about."""
