"""Leaves a process behind that has a session and a parent of its own."""

import os
import sys
import time

if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        for descriptor in (0, 1, 2):
            os.close(descriptor)
        time.sleep(600)
    os._exit(0)
print("left a daemon", sys.argv[1])
