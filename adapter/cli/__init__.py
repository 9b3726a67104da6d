"""Command line: one module per command; parses arguments, calls the rooms, prints."""
