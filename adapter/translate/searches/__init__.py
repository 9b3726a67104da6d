"""translate: searches for parameters, which are translated as a whole or not at all."""
