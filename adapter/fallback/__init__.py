"""fallback: gaps become questions, answers pass the fence, and become edits."""
