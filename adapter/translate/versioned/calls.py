"""translate: calls of git, read alike: `index.add([...])`, `repo.git.add(...)`, `["git", "add", ...]`."""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass, field

from tree_sitter import Node

from adapter.names.uses import Use
from adapter.translate.versioned.files import ANY, Kind
from adapter.translate.versioned.nodes import arguments, called, child, keywords, literal, text_of
from adapter.translate.versioned.paths import PathReader

_PROCESS = re.compile(r"(?:^|\.)(?:run|call|check_call|check_output|Popen|system|popen)$")
_PROGRAMS = ("git", "dvc")
_VALUED = frozenset(
    {"-m", "--message", "-b", "-B", "--branch", "--depth", "-F", "--author", "--date", "-C", "-o"}
)
_HOLE = re.compile(r"\{([^{}]+)\}")


@dataclass(frozen=True, slots=True)
class Operand:
    """One word that is no option: its source text, its node where it is one, and what it leads to as a path.

    `many` says that it stands for several words: a list variable or `*paths`.
    """

    text: str
    node: Node | None
    kind: Kind
    spelled: str = ANY
    many: bool = False


@dataclass(slots=True)
class GitCall:
    """A call of git.

    `style` is `object`, `words` (`repo.git.add`) or `process`; `flags` are the options as the command line
    has them, `values` those with a value; `dashed` counts the operands before `--`, None without it.
    `folder` is where a process works, when the call says so; `puzzle` says why its words cannot be told.
    """

    node: Node
    style: str
    program: str = "git"
    verb: str = ""
    flags: list[str] = field(default_factory=list)
    values: dict[str, Node | str] = field(default_factory=dict)
    operands: list[Operand] = field(default_factory=list)
    dashed: int | None = None
    folder: Node | None = None
    puzzle: str = ""

    def has(self, *flags: str) -> bool:
        """Whether one of the options is given; `-am` holds `-a` and `-m`."""
        letters = {flag[1] for flag in flags if len(flag) == 2}
        for given in self.flags:
            if given in flags:
                return True
            if re.fullmatch(r"-[A-Za-z]{2,}", given) and letters & set(given[1:]):
                return True
        return False


def read_words(use: Use, reader: PathReader) -> GitCall:
    """`repo.git.add("-A", "x", force=True)`: keywords become options, as GitPython makes them."""
    assert use.call is not None
    call = GitCall(use.call, "words", verb=use.member)
    for node in arguments(use.call):
        if node.type in ("list", "tuple"):
            for each in node.named_children:
                _add_word(call, each, reader)
        else:
            _add_word(call, node, reader)
    for name, value in keywords(use.call).items():
        flag = f"-{name}" if len(name) == 1 else f"--{name.replace('_', '-')}"
        if text_of(value) not in ("False", "None"):
            call.flags.append(flag)
        if value.type not in ("true", "false", "none"):
            call.values[flag] = value
    return call


def read_items(use: Use, items: Node | None, reader: PathReader) -> GitCall:
    """`repo.index.add([...])`: the items of a list, or whatever else gives them."""
    assert use.call is not None
    call = GitCall(use.call, "object", verb=use.member)
    nodes = [items] if items is not None else []
    if items is not None and items.type in ("list", "tuple"):
        nodes = [node for node in items.named_children if node.type != "comment"]
    for node in nodes:
        call.operands.append(operand(node, reader))
    return call


def read_process(node: Node, reader: PathReader) -> GitCall | None:
    """A process of git or dvc that a call starts; None for any other call."""
    name = called(node)
    given = arguments(node)
    if not _PROCESS.search(name) or not given:
        return None
    first = given[0]
    call = GitCall(node, "process")
    if first.type in ("list", "tuple"):
        words = [each for each in first.named_children if each.type != "comment"]
        if not words or literal(words[0]) not in _PROGRAMS:
            return None
        call.program = literal(words[0]) or "git"
        _read_list(call, words[1:], reader)
    elif first.type == "string":
        if not _read_line(call, first, reader):
            return None
    elif first.type == "call" and text_of(child(first, "function") or first).endswith(".split"):
        split = child(child(first, "function") or first, "object")
        if split is None or split.type != "string" or not _read_line(call, split, reader):
            return None
    else:
        return None
    call.folder = keywords(node).get("cwd", call.folder)
    return call


def _valued(program: str) -> frozenset[str]:
    """The options that take the next word as their value."""
    return _VALUED | ({"-r", "--remote"} if program == "dvc" else {"-am"})


def _read_list(call: GitCall, words: list[Node], reader: PathReader) -> None:
    while words and (literal(words[0]) or "").startswith("-"):
        if literal(words[0]) == "-C" and len(words) > 1:
            call.folder = words[1]
            words = words[2:]
        else:
            call.puzzle = "options stand before the command"
            words = words[1:]
    if not words:
        return
    call.verb = literal(words[0]) or ""
    for word in words[1:]:
        _add_word(call, word, reader)


def _add_word(call: GitCall, node: Node, reader: PathReader) -> None:
    text = literal(node)
    if text == "--" and call.dashed is None:
        call.dashed = len(call.operands)
        return
    waiting = call.flags[-1] if call.flags and call.flags[-1] in _valued(call.program) else ""
    if waiting and waiting not in call.values and call.dashed is None:
        call.values[waiting] = node
        return
    if text is not None and text.startswith("-") and call.dashed is None:
        call.flags.append(text)
        return
    call.operands.append(operand(node, reader))


def operand(node: Node, reader: PathReader) -> Operand:
    """A word that is given by an expression."""
    inner = node.named_children[0] if node.type == "list_splat" else node
    spelled = min(reader.texts(inner))
    many = node.type == "list_splat" or _is_many(inner, reader)
    return Operand(text_of(inner), inner, reader.kind(inner), spelled, many)


def _is_many(node: Node, reader: PathReader, depth: int = 0) -> bool:
    """Whether an expression gives several paths."""
    if node.type in ("list", "tuple", "set", "list_comprehension", "generator_expression"):
        return True
    if node.type == "call" and called(node) in ("list", "sorted", "glob.glob", "set", "tuple", "glob"):
        return True
    if node.type == "binary_operator":
        return any(_is_many(each, reader, depth + 1) for each in node.named_children[:2])
    if node.type not in ("identifier", "attribute", "call") or depth > 3:
        return False
    for source_reader, source in reader.sources(node):
        holder = source.parent
        if holder is not None and holder.type in ("for_statement", "for_in_clause"):
            continue
        collecting = holder.parent if holder is not None and holder.type == "argument_list" else None
        if collecting is not None and called(collecting).endswith((".append", ".extend", ".add")):
            return True
        if holder is not None and _is_loop_value(source):
            continue
        if _is_many(source, source_reader, depth + 1):
            return True
    return False


def _is_loop_value(source: Node) -> bool:
    """Whether an expression is what a loop goes over, with something around it."""
    parent = source.parent
    while parent is not None and parent.type in ("argument_list", "call"):
        parent = parent.parent
    return (
        parent is not None
        and parent.type in ("for_statement", "for_in_clause")
        and source.end_byte <= (child(parent, "right") or source).end_byte
        and source.start_byte >= (child(parent, "right") or source).start_byte
    )


def _read_line(call: GitCall, node: Node, reader: PathReader) -> bool:
    """`"git add data/x.csv"`, also with holes; whether it is a line of git or dvc."""
    holes: list[Node] = []
    line = ""
    for part in node.named_children:
        if part.type == "string_content":
            line += text_of(part)
        elif part.type == "interpolation" and part.named_children:
            line += f"{{{len(holes)}}}"
            holes.append(part.named_children[0])
    if not line.startswith(tuple(f"{program} " for program in _PROGRAMS)):
        return False
    if re.search(r"[|;<>&$`]", line):
        call.puzzle = "the line is for a shell that does more than one thing"
    try:
        words = shlex.split(line)
    except ValueError:
        call.puzzle, words = "the line cannot be taken apart", line.split()
    call.program, call.verb = words[0], words[1] if len(words) > 1 else ""
    for word in words[2:]:
        _add_text(call, word, holes, reader)
    return True


def _add_text(call: GitCall, word: str, holes: list[Node], reader: PathReader) -> None:
    if word == "--" and call.dashed is None:
        call.dashed = len(call.operands)
        return
    waiting = call.flags[-1] if call.flags and call.flags[-1] in _valued(call.program) else ""
    if waiting and waiting not in call.values and call.dashed is None:
        call.values[waiting] = word
    elif word.startswith("-") and call.dashed is None:
        call.flags.append(word)
    else:
        call.operands.append(_operand_of_text(word, holes, reader))


def _operand_of_text(word: str, holes: list[Node], reader: PathReader) -> Operand:
    whole = re.fullmatch(r"\{(\d+)\}", word)
    if whole is not None:
        return operand(holes[int(whole[1])], reader)
    spelled = _HOLE.sub(lambda hole: min(reader.texts(holes[int(hole[1])])), word)
    text = _HOLE.sub(lambda hole: f"{{{text_of(holes[int(hole[1])])}}}", word)
    prefix = "f" if _HOLE.search(word) else ""
    return Operand(f'{prefix}"{text}"', None, reader.kinds.of_path(spelled), spelled)
