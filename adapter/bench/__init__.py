"""Bench: tasks with oracles that run the adapted program, and the arms that adapt it."""
