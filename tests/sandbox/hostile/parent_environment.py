"""Looks for a secret in the environment of every process that it can see."""

import os
import sys

secret = sys.argv[1].encode()
for name in filter(str.isdigit, os.listdir("/proc")):
    try:
        with open(f"/proc/{name}/environ", "rb") as file:
            if secret in file.read() and int(name) != os.getpid():
                print("escaped: read the secret in a process's environment")
                break
    except OSError:
        continue
