"""inline: the engine that makes a trained model smaller or faster, with the script's own data and training.

A step of such a recipe is described in `rules/inline/optimisation.yaml`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from adapter.inline.editing import PlaceError
from adapter.inline.optimise.feed import UnsaidError
from adapter.inline.optimise.framework_feeds import framework_feed
from adapter.inline.optimise.saying import Sayer
from adapter.inline.optimise.trained import Finder, Place, Trained
from adapter.inline.optimise.writer import Writer
from adapter.inline.outcome import Outcome, Work, landmark_gap
from adapter.inline.writing import NoPathError


def apply(work: Work) -> Outcome:
    """Carries out the step of the method that is asked for; what stands in its way is a gap."""
    sayer = Sayer(work.script)
    finder = Finder(work.script, sayer)
    step = next(s for s in work.request.recipe.steps if s["method"] == work.request.text("method"))
    try:
        trained = _chosen(work, finder)
        if trained is None:
            return _by_framework(work, sayer, step)
    except (UnsaidError, NoPathError, PlaceError) as error:
        return Outcome(gaps=[landmark_gap(work.script, work.landmarks.fits[0].node, "model", str(error))])
    reasons: list[str] = []
    for place in finder.places(trained):
        try:
            return Writer(work, sayer, step, trained, place).outcome(outermost=not reasons)
        except (UnsaidError, NoPathError, PlaceError) as error:
            reasons.append(str(error))
    line = work.script.line(trained.call)
    what = reasons[0] if reasons else "the function that trains it is not called in this file"
    return Outcome(
        gaps=[landmark_gap(work.script, trained.call, "model", f"the model called at line {line}: {what}")]
    )


def _by_framework(work: Work, sayer: Sayer, step: Mapping[str, Any]) -> Outcome:
    """The step for a model whose training loop belongs to a framework.

    Raises:
        UnsaidError: the model or its data cannot be told, or the step needs the loop.
        NoPathError: the library has nothing for a concept of the step.
        PlaceError: nothing can be put at the place.
    """
    fit, data = work.landmarks.fits[-1], work.request.recipe.document.data
    line = work.script.line(fit.node)
    feed = framework_feed(work.script, fit, data.get("feeds", ()))
    if feed is None:
        reason = data.get("refuses", {}).get(fit.framework)
        raise UnsaidError(reason or f"no call of a model in the training at line {line}")
    if step.get("fine_tune"):
        raise UnsaidError(f"the training at line {line}, which cannot be run once more on another model")
    function = fit.node.child_by_field_name("function")
    assert function is not None
    frame = sayer.frames(fit.node)[-1]
    place = Place(frame, fit.model, fit.node, None)
    return Writer(work, sayer, step, Trained(fit.node, function, frame), place, feed).outcome(outermost=True)


def _chosen(work: Work, finder: Finder) -> Trained | None:
    """The model that the script trains by itself, None where it leaves that to a framework.

    Raises:
        UnsaidError: it trains several.
    """
    found = finder.find()
    if not found:
        return None
    wanted = work.request.text("name")
    by_name: dict[str, Trained] = {}
    for each in found:
        places = finder.places(each)
        by_name.setdefault(places[0].model if places else work.script.text(each.callee), each)
    if wanted:
        chosen = next((t for name, t in by_name.items() if wanted in (name, name.rpartition(".")[2])), None)
        if chosen is None:
            raise UnsaidError(f"no model {wanted} is trained here (there are: {', '.join(by_name)})")
        return chosen
    if len(by_name) > 1:
        names = ", ".join(by_name)
        raise UnsaidError(f"several models are trained here ({names}); --name says which one is meant")
    return next(iter(by_name.values()))
