"""Writes one file of two gigabytes."""

with open("file", "wb") as file:
    for _ in range(2000):
        file.write(bytes(1 << 20))
print("escaped: wrote a file of 2 GB")
