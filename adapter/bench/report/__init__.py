"""Bench: reports of runs: Markdown for a README, one HTML page, plots."""
