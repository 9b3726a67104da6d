"""Reshaping: a call that keeps its text but for a name, keywords, or an argument that goes or comes."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tree_sitter import Node

from adapter.graph.model import CallChange
from adapter.graph.signature import Signature
from adapter.plan import Change, Fidelity, GapReason, Span
from adapter.source.edits import Changes
from adapter.source.text import Source
from adapter.translate.lift import Bound, NoEntryError, NoPathError
from adapter.translate.lower import Lowered
from adapter.translate.render import Rendered


def reshape(bound: Bound, changes: Changes, source: Source) -> Lowered:
    """The call with what an upgrade changes in it; `changes` are those made inside of it so far.

    Raises:
        NoEntryError: nothing changes in this call.
        NoPathError: what would have to change cannot be changed here.
    """
    call, entry = bound.use.call, bound.entry
    change = entry.change
    assert change is not None
    if call is None or entry.pattern is None or entry.pattern.signature is None:
        raise NoPathError(GapReason.POSITION, "only a call can be changed")
    span = Span(call.start_byte, call.end_byte)
    imports = list(entry.imports)
    own = [
        *_renamed(bound, change, source, imports),
        *_reworded(bound, change, source),
        *_rearranged(call, change, entry.pattern.signature, source),
    ]
    if not own:
        raise NoEntryError(GapReason.ARGUMENTS, "nothing changes here")
    together = Changes(changes.within(span))
    for each in own:
        together.absorb(source.data, each.span)
        together.add(each)
    text = together.render(source.data, span)
    notes = [entry.note] if entry.note and entry.fidelity is not Fidelity.EXACT else []
    notes += [reason for name, reason in entry.drops.items() if name in bound.nodes and reason]
    fidelity = Fidelity.worst((entry.fidelity, Fidelity.LOSSY if notes else Fidelity.EXACT))
    # comments between the arguments stay where they are
    bound.comments = []
    owner, _, member = bound.use.api.rpartition(".")
    target = change.call or f"{owner}.{change.name or member}"
    return Lowered([Rendered(text, True, False)], target, entry.rule, fidelity, notes, imports=imports)


def _renamed(bound: Bound, change: CallChange, source: Source, imports: list[str]) -> Iterator[Change]:
    """The new name of what is called; `imports` gets the library where the file has no name for it."""
    function = bound.use.call.child_by_field_name("function") if bound.use.call is not None else None
    if function is None:
        return
    if change.call:
        spelled, library = source.node_text(function), bound.entry.library
        known_as = spelled.removesuffix(bound.use.api[len(library) :])
        if known_as == spelled:
            known_as = library
            imports.append(f"import {library}")
        text = re.sub(rf"(?<![\w.]){re.escape(library)}(?=\.)", known_as, change.call)
        yield Change(Span(function.start_byte, function.end_byte), text)
    elif change.name:
        name = function.child_by_field_name("attribute") if function.type == "attribute" else None
        if name is None:
            raise NoPathError(GapReason.POSITION, f"it is called by a name of its own; call it {change.name}")
        yield Change(Span(name.start_byte, name.end_byte), change.name)


def _reworded(bound: Bound, change: CallChange, source: Source) -> Iterator[Change]:
    """Names within arguments that have another one now."""
    for name, words in change.words.items():
        node = bound.nodes.get(name)
        for word in _identifiers(node) if node is not None else ():
            new = words.get(source.node_text(word))
            if new is not None:
                yield Change(Span(word.start_byte, word.end_byte), new)


def _identifiers(node: Node) -> Iterator[Node]:
    if node.type == "identifier":
        yield node
    for child in node.named_children:
        yield from _identifiers(child)


def _rearranged(call: Node, change: CallChange, signature: Signature, source: Source) -> Iterator[Change]:
    holder = call.child_by_field_name("arguments")
    if holder is None or holder.type != "argument_list":
        return
    arguments = [node for node in holder.named_children if node.type != "comment"]
    names = _parameter_names(arguments, signature)
    leaving = [index for index, name in enumerate(names) if name in change.drop]
    for index in leaving:
        if arguments[index].type != "keyword_argument" and index + 1 < len(arguments) - len(leaving) + 1:
            following = arguments[index + 1 :]
            if any(node.type != "keyword_argument" for node in following):
                raise NoPathError(
                    GapReason.ARGUMENTS, f"{names[index]} is given by position, others follow it"
                )
    yield from _removals(arguments, leaving)
    for index, name in enumerate(names):
        if name in change.keywords and index not in leaving:
            behind = [names[i] for i in range(index + 1, len(names)) if _is_positional(arguments[i])]
            yield from _given_by_keyword(
                arguments[index], change.keywords[name], set(behind) - {*change.keywords}
            )
    coming = {name: text for name, text in change.add.items() if name not in names or name in change.drop}
    if coming:
        yield _added(holder, [a for i, a in enumerate(arguments) if i not in leaving], coming, source)


def _parameter_names(arguments: list[Node], signature: Signature) -> list[str]:
    """The parameter that each argument goes to; empty for one that goes to none by name."""
    positional = [p.name for p in signature.parameters if p.kind == "positional"]
    found: list[str] = []
    for index, node in enumerate(arguments):
        if node.type == "keyword_argument":
            name = node.child_by_field_name("name")
            found.append((name.text or b"").decode() if name is not None else "")
        elif node.type in ("list_splat", "dictionary_splat"):
            found.append("")
        else:
            found.append(positional[index] if index < len(positional) else "")
    return found


def _removals(arguments: list[Node], leaving: list[int]) -> Iterator[Change]:
    """Arguments taken out with the comma that belongs to them."""
    staying = [index for index in range(len(arguments)) if index not in leaving]
    for index in leaving:
        node = arguments[index]
        before = [each for each in staying if each < index]
        if before:
            yield Change(Span(arguments[index - 1].end_byte, node.end_byte), "")
        elif index + 1 < len(arguments):
            yield Change(Span(node.start_byte, arguments[index + 1].start_byte), "")
        else:
            comma = node.next_sibling
            end = comma.end_byte if comma is not None and comma.type == "," else node.end_byte
            yield Change(Span(node.start_byte, end), "")


def _is_positional(node: Node) -> bool:
    return node.type not in ("keyword_argument", "dictionary_splat")


def _given_by_keyword(node: Node, name: str, positional: set[str]) -> Iterator[Change]:
    """The argument under a keyword; nothing where it is so already. `positional` are those that follow it."""
    if node.type == "keyword_argument":
        spelled = node.child_by_field_name("name")
        assert spelled is not None
        if (spelled.text or b"").decode() != name:
            yield Change(Span(spelled.start_byte, spelled.end_byte), name)
    elif positional:
        raise NoPathError(
            GapReason.ARGUMENTS, f"{name} has to be given by keyword, and positional ones follow"
        )
    else:
        yield Change(Span(node.start_byte, node.start_byte), f"{name}=")


def _added(holder: Node, staying: list[Node], coming: dict[str, str], source: Source) -> Change:
    """New keyword arguments behind the others, on lines of their own where the others are."""
    texts = [f"{name}={text}" for name, text in coming.items()]
    if not staying:
        return Change(Span(holder.start_byte + 1, holder.start_byte + 1), ", ".join(texts))
    last = next((node for node in reversed(staying) if node.type != "dictionary_splat"), staying[-1])
    first_row = holder.start_point[0]
    if last.start_point[0] != first_row and all(node.start_point[0] != first_row for node in staying):
        indent = "\n" + source.line_indent(last.start_byte)
        comma = last.next_sibling
        if comma is not None and comma.type == ",":
            end = source.data.find(b"\n", comma.end_byte)
            end = end - 1 if source.data[end - 1 : end] == b"\r" else end
            return Change(Span(end, end), "".join(f"{indent}{text}," for text in texts))
        separator = "," + indent
    else:
        separator = ", "
    return Change(Span(last.end_byte, last.end_byte), "".join(separator + text for text in texts))
