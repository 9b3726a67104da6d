"""inline: what frameworks put around a model: taken off, or a reason to leave the model alone."""

from __future__ import annotations

import re

from adapter.inline.optimise.feed import UnsaidError
from adapter.inline.optimise.trained import Place
from adapter.inline.outcome import Work


def check_parallel(work: Work, place: Place) -> None:
    """Refuses a model that several processes or devices share: it is no plain module any more.

    Raises:
        UnsaidError: the model is made to run in parallel.
    """
    name = place.model.rpartition(".")[2]
    for call in work.script.calls:
        made, kinds = work.script.called(call), {role.kind for role in work.script.roles(call)}
        if "()" in made or not kinds & {"parallel", "sharding"}:
            continue
        if "sharding" in kinds or name in re.findall(r"\w+", work.script.text(work.script.statement(call))):
            line = work.script.line(call)
            raise UnsaidError(
                f"`{work.script.called(call)}` at line {line} spreads it over processes or devices"
            )


def unwrapped(work: Work, place: Place, model: str) -> str:
    """The model without what a framework has put around it."""
    for rule in work.request.recipe.document.data.get("unwraps", ()):
        for call in work.script.calls:
            function = call.child_by_field_name("function")
            receiver = function.child_by_field_name("object") if function is not None else None
            if receiver is None or work.script.called(call) != rule["made_by"]:
                continue
            if place.model in re.findall(r"[\w.]+", work.script.text(work.script.statement(call))):
                made: str = rule["model"].replace("{receiver}", work.script.text(receiver))
                return made.replace("{model}", model)
    return model
