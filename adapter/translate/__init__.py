"""The translate room: sites become concept calls, concept calls become edits of the target library."""
