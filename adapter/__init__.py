"""adapter: puts MLOps into training code, or moves it from one MLOps library to another."""

__version__ = "0.1.0"
