"""Computes without an end."""

while True:
    pass
