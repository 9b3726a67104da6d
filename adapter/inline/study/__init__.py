"""inline: the engine "study": a search for the best hyper-parameters around existing training."""
