"""Writes a file into a folder that is not its own."""

import sys

with open(sys.argv[1], "w") as file:
    file.write("was here")
