"""fence: target: the source library is gone, the target is used, by names and arguments that it has."""

from __future__ import annotations

from collections.abc import Iterable

from tree_sitter import Node

from adapter.fallback.fence.candidate import Candidate
from adapter.fallback.fence.nodes import is_read, statements, text, walk
from adapter.graph.api_index import Api, ApiIndex
from adapter.graph.model import Library
from adapter.names.uses import Use
from adapter.plan import SiteKind


def source_gone(candidate: Candidate) -> str:
    """Nothing of the source library is left in the region."""
    names, ground = candidate.source_names, candidate.ground
    left = candidate.within(names.uses()) + candidate.within(names.unknown_receivers())
    if left:
        return f"{text(left[0].node).splitlines()[0]} is still of {ground.source_library.name}"
    for node in walk(candidate.nodes):
        if is_read(node) and text(node) == ground.source_library.name:
            return f"{ground.source_library.name} is still used"
    return ""


def uses_target(candidate: Candidate) -> str:
    """The target is used under the same headers under which the source library was."""
    region = candidate.ground.region
    before = _chains(region.statements, list(region.uses))
    missing = before - _chains(candidate.nodes, candidate.target_uses)
    if not missing:
        return ""
    under = min(missing)
    where = f" under '{under[-1]}'" if under else ""
    return f"nothing of {candidate.ground.target_library.name} is used{where}"


def _chains(nodes: Iterable[Node], uses: list[Use]) -> set[tuple[str, ...]]:
    special = [use.node for use in uses]
    return {chain for (chain, _), _, is_special in statements(nodes, special) if is_special}


def target_exists(candidate: Candidate) -> str:
    """Every name of the target that is used exists in its index."""
    ground = candidate.ground
    for use in candidate.target_uses:
        if use.kind is not SiteKind.IMPORT and _found(use, ground.target_library, ground.index) is None:
            return f"{use.api} does not exist in {ground.index.distribution} {ground.index.version}"
    for name in filter(ground.index.holds, _imported(candidate.imports)):
        try:
            ground.index.find(name)
        except LookupError:
            return f"{name} does not exist in {ground.index.distribution} {ground.index.version}"
    return ""


def arguments_bind(candidate: Candidate) -> str:
    """Every call of the target fits the signature that its index has."""
    ground = candidate.ground
    for use in candidate.target_uses:
        found = _found(use, ground.target_library, ground.index)
        if found is None or use.call is None:
            continue
        if not found.callable:
            return f"{use.api} cannot be called"
        arguments = use.call.child_by_field_name("arguments")
        nodes = [n for n in (arguments.named_children if arguments else []) if n.type != "comment"]
        keywords = [
            text(name)
            for node in nodes
            if node.type == "keyword_argument" and (name := node.child_by_field_name("name")) is not None
        ]
        splats = [node for node in nodes if node.type in ("list_splat", "dictionary_splat")]
        positional = len(nodes) - len(splats) - len(keywords)
        problem = found.misfit(positional, keywords, partial=bool(splats))
        if problem:
            return f"{found.text} does not take these arguments: {problem}"
    return ""


def _found(use: Use, library: Library, index: ApiIndex) -> Api | None:
    """What a site of the target uses; None where the index does not have it, or cannot tell."""
    names = [use.api]
    if use.owner in library.types:
        makers = library.types[use.owner].made_by
        names += [f"{maker}.{use.member}" for maker in makers if maker.startswith(f"{library.name}.")]
    for name in names:
        try:
            return index.find(name)
        except LookupError:
            continue
    return None


def _imported(lines: tuple[str, ...]) -> list[str]:
    """The qualified names that import statements of one name each bring."""
    found = []
    for line in lines:
        words = line.split()
        found.append(words[1] if words[0] == "import" else f"{words[1]}.{words[3]}")
    return found
