"""inline: carries out the recipe that registers a trained model."""

from __future__ import annotations

import re
from itertools import groupby

from adapter.inline.editing import Editor, PlaceError
from adapter.inline.outcome import Outcome, Work, landmark_edit, landmark_gap
from adapter.inline.registry.found import Trained, UntoldError
from adapter.inline.registry.trained import trained_models
from adapter.inline.registry.writer import Written, name_of, written
from adapter.inline.writing import NoPathError
from adapter.translate.import_model import line_end

_MANY = re.compile(
    rb"init_process_group|\bmp\.spawn|fully_shard|FullyShardedDataParallel|init_device_mesh|init_rpc"
)
"""What trains in several processes, each of which would register a model."""


def apply(work: Work) -> Outcome:
    """Registers every model that lasts; a model that cannot be told, or its example, is a gap."""
    outcome = Outcome()
    script = work.script
    try:
        models = trained_models(script, work.landmarks)
    except UntoldError as error:
        outcome.gaps.append(landmark_gap(script, error.node, "trained model", str(error)))
        return outcome
    many = _MANY.search(script.source.data)
    sharded = [c for c in script.calls if any(role.kind == "sharding" for role in script.roles(c))]
    if many is not None or sharded:
        line = script.source.place(many.start())[0] if many is not None else script.line(sharded[0])
        detail = f"several processes train the model (line {line}): one of them has to register it"
        outcome.gaps.append(landmark_gap(script, models[0].fit.node, "trained model", detail))
        return outcome
    editor = Editor(script.source)
    for _, together in groupby(models, key=lambda found: found.after.end_byte):
        _register(work, outcome, editor, list(together), several=len(models) > 1)
    outcome.changes = editor.changes()
    return outcome


def _register(work: Work, outcome: Outcome, editor: Editor, models: list[Trained], *, several: bool) -> None:
    """Puts the registration of models behind the statement that they share."""
    parts: list[Written] = []
    for found in models:
        try:
            part = written(work, found, name_of(work, found, several=several), editor)
        except UntoldError as error:
            outcome.gaps.append(landmark_gap(work.script, error.node, "input example", str(error)))
            continue
        except NoPathError as error:
            outcome.gaps.append(landmark_gap(work.script, found.fit.node, "trained model", str(error)))
            continue
        parts.append(part)
        outcome.imports += part.imports
        outcome.edits.append(landmark_edit(work, found.after, "trained model", part.target, note=part.note))
    try:
        editor.after(models[0].after, _spaced(work, models[0], _together(parts, editor.unit())))
    except PlaceError as error:
        outcome.gaps.append(landmark_gap(work.script, models[0].fit.node, "trained model", str(error)))


def _together(parts: list[Written], unit: str) -> list[str]:
    """The statements for several models, in one run where they are fed with the same."""
    lines: list[str] = []
    for preparing, same in groupby(parts, key=lambda part: part.preparing):
        group = list(same)
        first = group[0]
        whole = Written(
            preparing,
            first.guard,
            first.opening,
            tuple(line for part in group for line in part.body),
            (),
            "",
            "",
        )
        lines += ["", *preparing, *whole.lines(unit)]
    return lines


def _spaced(work: Work, found: Trained, lines: list[str]) -> list[str]:
    """The statements with a blank line between them and what follows; one alone goes without."""
    if len(lines) == 2:
        return lines[1:]
    source = work.script.source
    end = line_end(source.data, found.after.end_byte)
    following = source.data[end + 1 :].split(b"\n", 1)[0]
    sibling = found.after.next_named_sibling
    return [*lines, ""] if following.strip() and sibling is not None else lines
