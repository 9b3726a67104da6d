"""Takes memory, four gigabytes if nothing stops it."""

taken = [bytearray(64 << 20) for _ in range(64)]
print("escaped: took 4 GB")
