"""Reads the keys in the home of the user."""

import sys

with open(sys.argv[1]) as file:
    print("escaped: read", file.read())
