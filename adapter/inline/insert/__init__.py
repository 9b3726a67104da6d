"""inline: the engine "insert": concept calls put at landmarks, as the steps of a recipe say."""
