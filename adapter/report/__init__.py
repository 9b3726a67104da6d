"""Report: what a run did and what it left, as a diff, as JSON and as a summary."""
