"""translate: reads of a data file as it was: `commit.tree[path].data_stream.read()`, `git show`."""

from __future__ import annotations

from dataclasses import dataclass, replace

from tree_sitter import Node

from adapter.names.uses import Names, Use
from adapter.names.values import ValueKind
from adapter.translate.versioned.files import Kind
from adapter.translate.versioned.nodes import arguments, child, keywords, literal, text_of
from adapter.translate.versioned.paths import PathReader
from adapter.translate.versioned.revisions import revision


@dataclass(frozen=True, slots=True)
class Content:
    """A read: what it replaces, of which path and revision, in which mode; `suffix` follows the new call.

    `holders` are the variables that hold git's object of the file on the way.
    """

    node: Node
    path: str
    revision: str
    repository: Node | None
    mode: str = ""
    suffix: str = ""
    holders: tuple[Node, ...] = ()


def read_content(use: Use, names: Names, reader: PathReader) -> Content | None:
    """The read of a data file that a site is; None for any other site."""
    if use.api.endswith(".Git.show") and use.call is not None:
        return _shown(use, reader)
    node = use.node
    if node.type == "call" and text_of(child(node, "function") or node).endswith(".data_stream.read"):
        blob = child(child(child(node, "function") or node, "object") or node, "object")
        return _blob(node, blob, names, reader)
    return None


def _shown(use: Use, reader: PathReader) -> Content | None:
    """`repo.git.show("v1:data/x.csv")`."""
    assert use.call is not None
    given = arguments(use.call)
    if len(given) != 1:
        return None
    texts = reader.texts(given[0])
    text = min(texts)
    if len(texts) != 1 or ":" not in text or reader.kinds.of_path(text.partition(":")[2]) is not Kind.DATA:
        return None
    parts = _parted(given[0])
    if parts is None:
        return None
    is_raw = text_of(keywords(use.call).get("stdout_as_string") or given[0]) == "False"
    mode, suffix = ('"rb"', "") if is_raw else ("", '.removesuffix("\\n")')
    return Content(use.node, parts[1], parts[0], use.receiver, mode, suffix)


def _parted(node: Node) -> tuple[str, str] | None:
    """`f"{rev}:{path}"` as two expressions."""
    plain = literal(node)
    if plain is not None:
        before, _, after = plain.partition(":")
        return f'"{before}"', f'"{after}"'
    if node.type != "string":
        return None
    sides: list[list[str]] = [[], []]
    at = 0
    for part in node.named_children:
        text = text_of(part)
        if part.type == "string_content" and ":" in text and at == 0:
            before, _, after = text.partition(":")
            sides[0].append(before)
            sides[1].append(after)
            at = 1
        elif part.type in ("string_content", "interpolation"):
            sides[at].append(text)
    return _spelled(sides[0]), _spelled(sides[1])


def _spelled(parts: list[str]) -> str:
    kept = [part for part in parts if part]
    if len(kept) == 1 and kept[0].startswith("{") and ":" not in kept[0] and "!" not in kept[0]:
        return kept[0][1:-1]
    text = "".join(kept)
    return f'f"{text}"' if "{" in text else f'"{text}"'


def _blob(node: Node, blob: Node | None, names: Names, reader: PathReader, depth: int = 0) -> Content | None:
    """`tree["path"]`, `tree / "path"` and a variable that holds one."""
    while blob is not None and blob.type == "parenthesized_expression":
        blob = blob.named_children[0]
    if blob is None or depth > 3:
        return None
    if blob.type == "identifier":
        sources = names.bindings_before(blob)
        found = _blob(node, sources[0], names, reader, depth + 1) if len(sources) == 1 else None
        return replace(found, holders=(*found.holders, blob)) if found is not None else None
    if blob.type == "subscript":
        tree, path = child(blob, "value"), child(blob, "subscript")
    elif blob.type == "binary_operator":
        tree, path = child(blob, "left"), child(blob, "right")
    elif blob.type == "call" and text_of(child(blob, "function") or blob).endswith(".join"):
        function, given = child(blob, "function"), arguments(blob)
        tree, path = child(function or blob, "object"), given[0] if given else None
    else:
        return None
    if tree is None or path is None or reader.kind(path) is not Kind.DATA:
        return None
    of_tree = _of_tree(tree, names)
    if of_tree is None:
        return None
    rev, repository = of_tree
    return Content(node, text_of(path), rev, repository, '"rb"')


def _of_tree(tree: Node, names: Names, depth: int = 0) -> tuple[str, Node] | None:
    """The revision of a tree, and what leads to its repository."""
    if tree.type == "identifier" and depth < 3:
        sources = names.bindings_before(tree)
        return _of_tree(sources[0], names, depth + 1) if len(sources) == 1 else None
    if tree.type == "call" and text_of(child(tree, "function") or tree).endswith(".tree"):
        given = arguments(tree)
        owner = child(child(tree, "function") or tree, "object")
        if owner is None or not _is(owner, "Repo", names):
            return None
        return _named_revision(given), owner
    if tree.type == "attribute" and text_of(tree).endswith(".tree"):
        commit = child(tree, "object")
        if commit is not None and names.value(commit).kind is ValueKind.INSTANCE:
            return revision(commit), commit
    return None


def _named_revision(given: list[Node]) -> str:
    """The revision that `repo.tree(...)` was given: a text, or the hash of an object."""
    if not given:
        return '"HEAD"'
    return text_of(given[0]) if given[0].type == "identifier" else revision(given[0])


def _is(node: Node, kind: str, names: Names) -> bool:
    value = names.value(node)
    return value.kind is ValueKind.INSTANCE and value.name.endswith(f".{kind}")
