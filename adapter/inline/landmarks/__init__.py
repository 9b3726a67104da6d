"""inline: the places of a training script that recipes look for."""
