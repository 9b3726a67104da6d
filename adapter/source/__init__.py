"""source: a file or notebook as text and tree; spans, edits, encodings, walking, writing, undoing."""
