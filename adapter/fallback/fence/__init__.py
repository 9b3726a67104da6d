"""fence: the checks that a model's answer must pass before it may take the place of a region."""
