"""Connects to a server of this machine."""

import socket
import sys

socket.create_connection(("127.0.0.1", int(sys.argv[1])), timeout=2).sendall(b"data")
print("escaped: sent data to a server outside")
