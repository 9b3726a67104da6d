"""Doubles its processes until it may not any more; gives up by itself after five seconds."""

import os
import time

END = time.time() + 5
while time.time() < END:
    try:
        os.fork()
    except OSError:
        time.sleep(0.1)
