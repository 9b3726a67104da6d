"""inline: calls that seed random numbers, and generators that are made with a seed."""

from __future__ import annotations

import re

from tree_sitter import Node

from adapter.inline.landmarks.literals import called_text, keywords_of
from adapter.inline.landmarks.model import Seed
from adapter.inline.script import Script

_SEEDING = re.compile(
    r"(^|\.)(seed|manual_seed|manual_seed_all|set_seed|seed_everything|set_random_seed|seed_all|fix_seed|"
    r"set_all_seeds|seed_torch|set_global_seed|setup_seed|random_seed|RandomState|default_rng|Random|"
    r"enable_full_determinism|set_determinism)$"
)
_GENERATORS = frozenset({"RandomState", "default_rng", "Random"})


def find_seeds(script: Script) -> list[Seed]:
    """Every call that seeds random numbers, in source order."""
    found = []
    for call in script.calls:
        name = called_text(call)
        if not _SEEDING.search(name) and not (name.endswith(".reset") and b"seed=" in (call.text or b"")):
            continue
        given = _first(call)
        if given is not None:
            found.append(Seed(call, script.text(given)))
        elif name.rpartition(".")[2] not in _GENERATORS:
            found.append(Seed(call, ""))
    return found


def _first(call: Node) -> Node | None:
    arguments = call.child_by_field_name("arguments")
    for child in arguments.named_children if arguments is not None else ():
        if child.type not in ("keyword_argument", "comment"):
            return child
    return next((value for name, _, value in keywords_of(call) if name in ("seed", "x", "a")), None)
