"""inline: the engine "optimise": a trained model made smaller or faster with its own data and training."""
