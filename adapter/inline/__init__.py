"""inline: puts an MLOps function into code that lacks it."""
