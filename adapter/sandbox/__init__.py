"""Sandbox: running code that is not trusted, in a copy of its folder and within limits."""
