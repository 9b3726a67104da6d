"""inline: all landmarks of a script, found kind by kind; later finders may use what earlier ones found."""

from __future__ import annotations

from adapter.inline.landmarks.entry import find_entry
from adapter.inline.landmarks.loops import find_loops
from adapter.inline.landmarks.model import Landmarks
from adapter.inline.script import Script


def find_landmarks(script: Script) -> Landmarks:
    """Every landmark of a script."""
    found = Landmarks()
    found.entry = find_entry(script)
    found.loops = find_loops(script)
    return found
