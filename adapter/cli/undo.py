"""Command line: `adapter undo`."""
