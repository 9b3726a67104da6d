"""translate: one call of git: whether it has to do with data files, and what the map's entry then gets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from tree_sitter import Node

from adapter.plan import GapReason
from adapter.translate.arguments import Arg
from adapter.translate.lift import NoPathError
from adapter.translate.versioned.calls import GitCall, Operand
from adapter.translate.versioned.files import Kind
from adapter.translate.versioned.handles import Handle
from adapter.translate.versioned.nodes import (
    function_around,
    keywords,
    text_of,
    walk,
)
from adapter.translate.versioned.paths import PathReader
from adapter.translate.versioned.revisions import first_text, listing_of_paths, revisions_of
from adapter.translate.versioned.spelling import (
    as_words,
    git_command,
    ignore_file,
    is_tested,
    joined_paths,
    needs_brackets,
    pointer,
    replaced,
    seen_from_here,
    whole_folder,
    without,
)

_ALL_FLAGS = ("-A", "--all", "-u", "--update")
_EVERYTHING = frozenset({".", "*", ":/", "-A", "./", ""})
_NEW_BRANCH = ("-b", "-B", "--orphan", "-c", "-C", "--create")
_TAGS_ONLY = ("--tags", "--delete", "-d", "--dry-run")


class KeptError(Exception):
    """A site stays with git on purpose; the message says why."""


@dataclass(slots=True)
class Asked:
    """What the map's entry for a concept gets, by argument; what is lost, and what it stands for.

    `node` is what gives way when that is not the call; `imports` are modules that the text needs.
    """

    concept: str
    arguments: dict[str, Arg] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    node: Node | None = None
    imports: list[str] = field(default_factory=list)
    brackets: bool = False


@dataclass(slots=True)
class SiteReader:
    """Reads the sites of one file; `fetches` says that versions come to the file from elsewhere."""

    reader: PathReader
    reason: str
    fetches: bool = False
    adds_data: bool = False

    def asked(self, concept: str, call: GitCall, handle: Handle) -> Asked:
        """What a call asks of the target.

        Raises:
            KeptError: it is git's alone.
            NoPathError: it has to do with data, or may have, in a way that no rule covers.
        """
        if call.puzzle:
            raise NoPathError(GapReason.DYNAMIC, call.puzzle)
        handlers = {
            "versioning.add": self._add,
            "versioning.commit": self._commit,
            "versioning.push": self._push,
            "versioning.pull": self._with_git,
            "versioning.fetch": self._with_git,
            "versioning.checkout": self._checkout,
            "versioning.restore": self._restore,
            "versioning.reset": self._reset,
            "versioning.remove": self._remove,
            "versioning.move": self._move,
            "versioning.is_changed": self._is_changed,
            "versioning.changed_paths": self._changed_paths,
            "versioning.history": self._history,
        }
        handler = handlers.get(concept)
        if handler is None:
            raise KeptError(self.reason)
        asked = handler(concept, call, handle)
        asked.arguments.setdefault("holder", Arg(handle.target, raw=True))
        if any("os.path." in argument.text for argument in asked.arguments.values()):
            asked.imports.append("import os")
        return asked

    # Taking files in.

    def _add(self, concept: str, call: GitCall, handle: Handle) -> Asked:
        everything = all(each.spelled in _EVERYTHING for each in call.operands)
        if everything and (call.operands or call.has(*_ALL_FLAGS)):
            return self._add_all(concept, call, handle)
        data = self._data(call.operands)
        if not data:
            raise KeptError("code stays in git")
        asked = Asked(concept, self._taken(data, call, handle))
        rest = [each for each in call.operands if each not in data]
        if rest:
            text = without(call, data)
            if text is None:
                raise NoPathError(GapReason.ARGUMENTS, "data and code cannot be taken apart in this line")
            asked.arguments["git"] = Arg(text, raw=True)
        return asked

    def _taken(self, data: Sequence[Operand], call: GitCall, handle: Handle) -> dict[str, Arg]:
        """The arguments that let the target take data in."""
        data = [whole_folder(each) for each in data]
        found = {"paths": Arg(joined_paths(data, handle), raw=True)}
        if any("*" in each.text and each.text[:1] in "'\"" for each in data):
            found["glob"] = Arg("True", raw=True)
        if not handle.is_new:
            words = ['"-rq"', '"--cached"', '"--ignore-unmatch"', as_words(data)]
            found["untrack"] = Arg(git_command(handle, call, "rm", words), raw=True)
        if handle.index:
            found["refresh"] = Arg(f"{handle.index}.update()", raw=True)
        return found

    def _add_all(self, concept: str, call: GitCall, handle: Handle) -> Asked:
        """`add(".")`: the target first takes the data that the script shows, git then takes the rest."""
        git = Arg(text_of(call.node), call.node)
        if self.reader.kinds.globs:
            listed = [Operand(f'"{glob}"', None, Kind.DATA, glob) for glob in self.reader.kinds.globs]
            taken = self._taken(listed, call, handle)
            if any("*" in glob for glob in self.reader.kinds.globs):
                taken["glob"] = Arg("True", raw=True)
            return Asked(concept, {**taken, "git": git})
        written = self._written_before(call.node)
        if not written:
            detail = (
                "which of all files are data does not show; add those by their paths, or give --data GLOB"
            )
            raise NoPathError(GapReason.VALUE, detail)
        here = Handle(handle.target, handle.root, handle.git, True, handle.is_new, handle.index)
        return Asked(concept, {**self._taken(written, call, here), "git": git})

    def _written_before(self, node: Node) -> list[Operand]:
        """The data files that the script writes before a place, as they can be spelled there."""
        function = function_around(node)
        found: dict[str, Operand] = {}
        for path in self.reader.written.paths:
            around = function_around(path)
            same = around == function and path.start_byte < node.start_byte
            if not (same or _means_the_same_anywhere(path)) or self.reader.kind(path) is not Kind.DATA:
                continue
            if same and _is_in_loop_of_its_own(path, node):
                continue
            text = text_of(path)
            found.setdefault(text, Operand(text, path, Kind.DATA, text))
        return list(found.values())

    def _commit(self, concept: str, call: GitCall, handle: Handle) -> Asked:
        if call.style != "object" and call.has("-a", "--all"):
            written = self._written_before(call.node)
            git = Arg(text_of(call.node), call.node)
            if written:
                here = Handle(handle.target, handle.root, handle.git, True, handle.is_new, handle.index)
                return Asked("versioning.add", {**self._taken(written, call, here), "git": git})
            if self.adds_data:
                return Asked("versioning.record", {"git": git})
            raise NoPathError(GapReason.VALUE, "which of the files that it takes in are data does not show")
        raise KeptError("the commit holds the pointer files that DVC staged")

    def _data(self, operands: Sequence[Operand]) -> list[Operand]:
        """The operands that are data.

        Raises:
            NoPathError: what one of them leads to does not show.
        """
        for each in operands:
            if each.kind is Kind.MIXED:
                raise NoPathError(
                    GapReason.VALUE, f"both data and code go through {each.text}; add them apart"
                )
            if each.kind is Kind.UNKNOWN:
                detail = (
                    f"whether {each.text} is data or code does not show; --data GLOB says which files are"
                )
                raise NoPathError(GapReason.VALUE, detail)
        return [each for each in operands if each.kind is Kind.DATA]

    # Remotes.

    def _push(self, concept: str, call: GitCall, handle: Handle) -> Asked:
        if call.has(*_TAGS_ONLY):
            raise KeptError("tags are git's alone")
        return self._with_git(concept, call, handle)

    def _with_git(self, concept: str, call: GitCall, handle: Handle) -> Asked:
        return Asked(concept, {"git": Arg(text_of(call.node), call.node)})

    # The working tree.

    def _checkout(self, concept: str, call: GitCall, handle: Handle) -> Asked:
        if call.dashed is not None or any(each.kind is Kind.DATA for each in call.operands):
            return self._restore("versioning.restore", call, handle)
        if call.has(*_NEW_BRANCH) and len(call.operands) <= 1:
            raise KeptError("a new branch begins with the data that is there")
        asked = self._with_git(concept, call, handle)
        given = keywords(call.node).get("force")
        if call.has("-f", "--force") or (given is not None and text_of(given) == "True"):
            asked.arguments["force"] = Arg("True", raw=True)
        self._set_way(asked)
        return asked

    def _set_way(self, asked: Asked) -> None:
        asked.arguments["away" if self.fetches else "here"] = Arg("True", raw=True)

    def _reset(self, concept: str, call: GitCall, handle: Handle) -> Asked:
        tree = keywords(call.node).get("working_tree")
        if not (call.has("--hard", "--merge", "--keep") or (tree is not None and text_of(tree) == "True")):
            raise KeptError("it leaves the working tree alone")
        asked = self._with_git(concept, call, handle)
        self._set_way(asked)
        return asked

    def _restore(self, concept: str, call: GitCall, handle: Handle) -> Asked:
        paths = call.operands[call.dashed or 0 :] if call.dashed is not None else call.operands
        data = self._data([each for each in paths if call.dashed is not None or each.kind is Kind.DATA])
        if not data:
            raise KeptError("code stays in git")
        if len(data) != 1 or data[0].many:
            raise NoPathError(GapReason.ARGUMENTS, "several data files are restored at once")
        text = replaced(call, [(data[0], pointer(data[0].text))])
        if text is None:
            raise NoPathError(GapReason.ARGUMENTS, "the path stands inside of a longer text")
        return Asked(
            concept,
            {"git": Arg(text, raw=True), "paths": Arg(pointer(seen_from_here(data[0], handle)), raw=True)},
        )

    def _remove(self, concept: str, call: GitCall, handle: Handle) -> Asked:
        data = self._data(call.operands)
        if not data or call.has("--ignore-unmatch"):
            raise KeptError("code stays in git")
        if len(data) != 1 or len(call.operands) != 1 or data[0].many:
            raise NoPathError(
                GapReason.ARGUMENTS, "several files are removed at once; remove each by its own call"
            )
        text = data[0].text
        asked = Asked(concept, {"pointers": Arg(pointer(seen_from_here(data[0], handle)), raw=True)})
        words = ['"--update"', '"--"', pointer(text), ignore_file(text)]
        asked.arguments["git"] = Arg(git_command(handle, call, "add", words), raw=True)
        tree = keywords(call.node).get("working_tree")
        keeps = call.has("--cached") if call.style != "object" else tree is None or text_of(tree) != "True"
        if not keeps:
            asked.arguments["delete"] = Arg("True", raw=True)
        return asked

    def _move(self, concept: str, call: GitCall, handle: Handle) -> Asked:
        data = self._data(call.operands[:1])
        if not data:
            raise KeptError("code stays in git")
        if len(call.operands) != 2 or any(each.many for each in call.operands):
            raise NoPathError(
                GapReason.ARGUMENTS, "several files are moved at once; move each by its own call"
            )
        source, target = call.operands
        return Asked(
            concept,
            {
                "source": Arg(seen_from_here(source, handle), raw=True),
                "destination": Arg(seen_from_here(target, handle), raw=True),
            },
        )

    # Questions.

    def _is_changed(self, concept: str, call: GitCall, handle: Handle) -> Asked:
        node = call.node
        asked = self._with_git(concept, call, handle)
        path = keywords(node).get("path")
        if path is not None:
            kind = self.reader.kind(path)
            if kind is Kind.CODE:
                raise KeptError("code stays in git")
            if kind is not Kind.DATA:
                raise NoPathError(GapReason.VALUE, f"whether {text_of(path)} is data or code does not show")
            each = Operand(text_of(path), path, kind)
            asked.arguments["paths"] = Arg(seen_from_here(each, handle), raw=True)
        if call.verb == "status" and not is_tested(node):
            raise NoPathError(
                GapReason.VALUE, "its text no longer tells of data files; ask dvc's status() too"
            )
        asked.brackets = needs_brackets(node)
        return asked

    def _changed_paths(self, concept: str, call: GitCall, handle: Handle) -> Asked:
        node = call.node
        if call.has("--cached", "--staged") and call.has("--quiet", "--exit-code"):
            raise KeptError("the pointer files that DVC stages show in it")
        if is_tested(node):
            if call.style == "object" and first_text(node) in ("HEAD", '"HEAD"', "'HEAD'"):
                raise KeptError("the pointer files that DVC stages show in it")
            asked = self._with_git("versioning.is_changed", call, handle)
            asked.brackets = needs_brackets(node)
            return asked
        listing = listing_of_paths(node)
        if listing is None:
            detail = "it tells of pointer files, not of data; dvc's diff() gives the paths of data files"
            raise NoPathError(GapReason.VALUE, detail)
        asked = Asked(concept, {"git": Arg(text_of(listing), raw=True)}, node=listing)
        old, new = revisions_of(node)
        if old:
            asked.arguments["old"] = Arg(old, raw=True)
        if new:
            asked.arguments["new"] = Arg(new, raw=True)
        asked.notes.append("the pointer files are listed beside the data files")
        return asked

    def _history(self, concept: str, call: GitCall, handle: Handle) -> Asked:
        listed = keywords(call.node).get("paths")
        operands = call.operands[call.dashed :] if call.dashed is not None else []
        if listed is not None and call.style == "object":
            items = listed.named_children if listed.type in ("list", "tuple") else [listed]
            operands = [Operand(text_of(each), each, self.reader.kind(each)) for each in items]
        data = self._data(operands)
        if not data:
            raise KeptError(self.reason)
        text = replaced(call, [(each, pointer(each.text)) for each in data])
        if text is None or any(each.many for each in data):
            raise NoPathError(GapReason.ARGUMENTS, "the paths cannot be told one by one")
        return Asked(concept, {"git": Arg(text, raw=True)})


def _means_the_same_anywhere(path: Node) -> bool:
    """Whether a path is made of literals and constants of the module."""
    names = [text_of(each) for each in walk(path) if each.type == "identifier"]
    return all(name.isupper() or name in ("os", "path", "join", "Path", "str") for name in names)


def _is_in_loop_of_its_own(path: Node, place: Node) -> bool:
    """Whether a path is written in a loop that the place is not in, so that it differs from turn to turn."""
    if _means_the_same_anywhere(path):
        return False
    parent = path.parent
    while parent is not None and parent.type != "function_definition":
        if parent.type in ("for_statement", "while_statement"):
            return not (parent.start_byte <= place.start_byte and place.end_byte <= parent.end_byte)
        parent = parent.parent
    return False
