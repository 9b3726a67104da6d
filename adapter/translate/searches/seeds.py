"""searches: the seed in what a library takes as its source of random numbers."""

from __future__ import annotations

import re

from tree_sitter import Node

from adapter.names.imports import unaliased
from adapter.translate.searches.desk import Desk
from adapter.translate.searches.syntax import assignment_of, bound_once, called, text_of

_GENERATORS = re.compile(
    r"^((np|numpy)\.random\.)?(default_rng|RandomState|Generator|PCG64|SeedSequence)$|^random\.Random$"
)


def seed_of(desk: Desk, node: Node) -> str:
    """The seed of a generator, an empty text where it has none.

    Raises:
        NoPathError: where the numbers come from is not seen.
    """
    if called(node) and _GENERATORS.match(unaliased(desk.names.imports, called(node))):
        arguments = node.child_by_field_name("arguments")
        given = [child for child in arguments.named_children if child.type != "comment"] if arguments else []
        if not given:
            return ""
        value = given[0].child_by_field_name("value") if given[0].type == "keyword_argument" else given[0]
        assert value is not None
        return seed_of(desk, value) if value.type == "call" else text_of(value)
    if node.type == "identifier":
        binding = bound_once(desk.names, node)
        if binding is not None and assignment_of(binding) is not None and binding.type == "call":
            return seed_of(desk, binding)
    raise desk.refusal(f"the seed in {text_of(node)} is not seen")


def generator(desk: Desk, seed: str) -> str:
    """A generator of random numbers with a seed, as code."""
    if "import numpy as np" not in desk.imports:
        desk.imports.append("import numpy as np")
    return f"np.random.default_rng({seed})"
