"""translate: which versions a call of git speaks of, and what is made of the answer."""

from __future__ import annotations

from tree_sitter import Node

from adapter.translate.versioned.nodes import text_of


def first_text(call: Node) -> str:
    """The text of the first argument of a call."""
    holder = call.child_by_field_name("arguments")
    return text_of(holder.named_children[0]) if holder is not None and holder.named_children else ""


def listing_of_paths(node: Node) -> Node | None:
    """`[item.a_path for item in X.diff(Y)]` around a call of diff."""
    clause = node.parent
    listing = clause.parent if clause is not None and clause.type == "for_in_clause" else None
    if clause is None or listing is None or listing.type != "list_comprehension":
        return None
    left, body = clause.child_by_field_name("left"), listing.named_children[0]
    if left is None or len(listing.named_children) != 2:
        return None
    wanted = {f"{text_of(left)}.a_path", f"{text_of(left)}.b_path"}
    return listing if text_of(body) in wanted and clause.child_by_field_name("right") == node else None


def revisions_of(call: Node) -> tuple[str, str]:
    """The revisions that a call of diff compares, "" for the last one and the working tree."""
    function = call.child_by_field_name("function")
    owner = function.child_by_field_name("object") if function is not None else None
    holder = call.child_by_field_name("arguments")
    given = [
        each
        for each in (holder.named_children if holder is not None else ())
        if each.type != "keyword_argument"
    ]
    other = revision(given[0]) if given and given[0].type != "none" else ""
    if owner is None or text_of(owner).endswith(("index", ".git")):
        return "", ""
    return revision(owner), other


def revision(node: Node) -> str:
    """The text that names a commit: what `repo.commit(...)` was given, else the hash of the object."""
    function = node.child_by_field_name("function") if node.type == "call" else None
    if function is not None and text_of(function).endswith(".commit"):
        holder = node.child_by_field_name("arguments")
        if holder is not None and len(holder.named_children) == 1:
            return text_of(holder.named_children[0])
        return '"HEAD"'
    if node.type == "string":
        return text_of(node)
    return f"{text_of(node)}.hexsha"
