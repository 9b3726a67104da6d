"""Writes files of a megabyte into its folder, three gigabytes if nothing stops it."""

import os

for number in range(3000):
    with open(f"file-{number}", "wb") as file:
        file.write(os.urandom(1 << 20))
print("escaped: wrote 3000 files")
