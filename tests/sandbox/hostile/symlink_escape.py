"""Writes outside through a link to a file and through a link to a folder."""

import os
import sys

target = sys.argv[1]
os.symlink(target, "result.txt")
os.symlink(os.path.dirname(target), "results")
for path in ("result.txt", os.path.join("results", os.path.basename(target))):
    try:
        with open(path, "w") as file:
            file.write("was here")
    except OSError as error:
        print(error)
