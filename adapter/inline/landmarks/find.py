"""inline: all landmarks of a script, found kind by kind; later finders may use what earlier ones found."""

from __future__ import annotations

from adapter.inline.landmarks.bests import find_bests
from adapter.inline.landmarks.entry import find_entry
from adapter.inline.landmarks.evaluations import find_evaluations
from adapter.inline.landmarks.fits import find_fits
from adapter.inline.landmarks.loaders import find_loaders
from adapter.inline.landmarks.loops import find_loops
from adapter.inline.landmarks.model import Landmarks
from adapter.inline.landmarks.models import find_models
from adapter.inline.landmarks.optimisers import find_losses, find_optimisers, find_schedulers
from adapter.inline.landmarks.parameters import find_parameters
from adapter.inline.landmarks.reported import find_reported
from adapter.inline.landmarks.saved import find_saved
from adapter.inline.landmarks.seeds import find_seeds
from adapter.inline.script import Script


def find_landmarks(script: Script) -> Landmarks:
    """Every landmark of a script."""
    found = Landmarks()
    found.entry = find_entry(script)
    found.loops = find_loops(script)
    found.loaders = find_loaders(script)
    found.optimisers = find_optimisers(script)
    found.losses = find_losses(script)
    found.schedulers = find_schedulers(script)
    found.models = find_models(script)
    found.fits = find_fits(script, found.loops)
    found.saved = find_saved(script)
    found.parameter_sets = find_parameters(script, found.fits)
    found.evaluations = find_evaluations(script)
    found.reported = find_reported(script, found.loops)
    found.bests = find_bests(script)
    found.seeds = find_seeds(script)
    return found
