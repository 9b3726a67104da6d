"""inline: model registration: which model, where, with which example, under which name."""
