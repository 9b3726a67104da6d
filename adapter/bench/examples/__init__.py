"""Examples: programs before and after, verified by their oracles, as data for the training of models."""
