"""translate: the target's own repository object beside each of git's: where it is made, what it is called."""

from __future__ import annotations

from dataclasses import dataclass, field

from tree_sitter import Node

from adapter.names.uses import Names
from adapter.names.values import ValueKind
from adapter.translate.context import context_of
from adapter.translate.versioned.calls import GitCall
from adapter.translate.versioned.nodes import (
    Index,
    arguments,
    called,
    child,
    class_around,
    function_around,
    is_part,
    keywords,
    literal,
    text_of,
    walk,
)

_HERE = frozenset({".", "./", ""})
_HERE_CALLS = frozenset({"os.getcwd", "getcwd", "Path.cwd", "pathlib.Path.cwd"})
_MAKERS = frozenset({"Repo", "init", "clone_from"})


@dataclass(frozen=True, slots=True)
class Handle:
    """How a site reaches both repositories.

    `target` is the target library's object, `root` the folder of the working tree, `git` the object on
    which commands of git are called ("" for processes). `at_root` says that the script works in that folder,
    `is_new` that only this file makes the repository. `index` is a variable that holds git's index.
    """

    target: str
    root: str
    git: str
    at_root: bool
    is_new: bool = False
    index: str = ""
    makers: tuple[Node, ...] = ()


@dataclass(slots=True)
class _Variable:
    """A variable that holds git's repository, the calls that give it its value, and the name beside it."""

    name: str
    makers: list[Node]
    beside: str


@dataclass(slots=True)
class Handles:
    """The handles of one file; `wanted` are the variables for which the target's object is made beside."""

    names: Names
    index: Index
    opener: str
    beside: str
    wanted: dict[int, tuple[str, str]] = field(default_factory=dict)
    nodes: dict[int, Node] = field(default_factory=dict)
    uses_opener: bool = False
    _names: set[tuple[int, str]] = field(default_factory=set)
    _variables: dict[tuple[str, int], _Variable | None] = field(default_factory=dict)

    def of_process(self, call: GitCall) -> Handle:
        """The handle of a process of git."""
        root = text_of(call.folder) if call.folder is not None else '"."'
        at_root = call.folder is None or literal(call.folder) in _HERE
        return Handle(f"{self.opener}({root})", root, "", at_root)

    def of_folder(self, folder: Node) -> Handle:
        """The handle of a repository that is only known by its folder."""
        root = text_of(folder)
        return Handle(f"{self.opener}({root})", root, "", literal(folder) in _HERE)

    def of(self, receiver: Node) -> Handle | None:
        """The handle for what is done to an object of git; None when its repository is not reached."""
        index = text_of(receiver) if self._type(receiver) == "IndexFile" and _is_name(receiver) else ""
        node, suffix = self._repository(receiver)
        if node is None:
            return None
        kind = self._type(node)
        expression = text_of(node) + suffix
        if kind == "Git":
            root = f"{expression}.working_dir"
            return Handle(f"{self.opener}({root})", root, expression, False, index=index)
        root = f"{expression}.working_dir"
        variable = self._variable(node) if not suffix else None
        if variable is None:
            return Handle(f"{self.opener}({root})", root, f"{expression}.git", False, index=index)
        at_root = all(self._is_here(maker) for maker in variable.makers) and not self._changes_folder()
        is_new = all(called(maker).rpartition(".")[2] == "init" for maker in variable.makers)
        makers = tuple(variable.makers)
        return Handle(variable.beside, root, f"{expression}.git", at_root, is_new, index, makers)

    def want(self, handle: Handle) -> None:
        """Has the target's object made, since a site that is rewritten uses it."""
        self.uses_opener = True
        for maker in handle.makers:
            self.wanted[maker.id] = (handle.target, handle.root)
            self.nodes[maker.id] = maker

    def _type(self, node: Node) -> str:
        value = self.names.value(node)
        return value.name.rpartition(".")[2] if value.kind is ValueKind.INSTANCE else ""

    def _repository(self, node: Node) -> tuple[Node | None, str]:
        """The expression of the repository that an object belongs to, and what leads there from it."""
        while self._type(node) not in ("Repo", "Git"):
            inner = node
            if inner.type == "call":
                inner = child(inner, "function") or inner
            if inner.type in ("attribute", "subscript"):
                owner = child(inner, "object") or child(inner, "value")
                if owner is not None and self.names.value(owner).of_library:
                    node = owner
                    continue
            made = self._made_from(node)
            if made is not None:
                node = made
                continue
            return (
                (node, ".repo")
                if self._type(node) in ("IndexFile", "Remote", "Head", "Commit")
                else (None, "")
            )
        if self._type(node) == "Git" and node.type == "attribute":
            owner = child(node, "object")
            if owner is not None and self._type(owner) == "Repo":
                return owner, ""
        return node, ""

    def _made_from(self, node: Node) -> Node | None:
        """What an object in a variable was taken from: `repo.remote()` for `origin = repo.remote()`."""
        if not _is_name(node) or self._type(node) not in ("IndexFile", "Remote", "Head", "Commit"):
            return None
        sources = self.names.bindings(node) if node.type == "identifier" else self._assigned(node)
        if len(sources) != 1 or sources[0].type not in ("call", "attribute", "subscript"):
            return None
        source = sources[0]
        repository = self._repository(source)[0]
        if repository is None or repository.type == "call" or self._type(repository) != "Repo":
            return None
        if node.type == "attribute":
            return source if text_of(repository).startswith("self.") else None
        around = self.names.scope_of(node)
        same = self.names.scope_of(source) == around
        return source if same or text_of(repository).startswith("self.") or around.type != "module" else None

    def _variable(self, node: Node) -> _Variable | None:
        """The variable that a repository is in, when plain assignments of this file give it its value."""
        if not _is_name(node):
            return None
        holder = self.names.scope_of(node) if node.type == "identifier" else class_around(node)
        makers = self._makers(node)
        if makers is None or holder is None:
            return None
        key = (text_of(node), makers[0].id)
        if key not in self._variables:
            name = text_of(node)
            prefix, _, last = name.rpartition(".")
            stem = last.lstrip("_")
            word = last[: len(last) - len(stem)] + (
                self.beside if stem in ("repo", "git_repo", "repository", "r", "g", "git") else f"dvc_{stem}"
            )
            beside = self._present(f"{text_of(node)}.working_dir")
            beside = beside or (f"{prefix}.{word}" if prefix else self._named(word, makers[0]))
            self._variables[key] = _Variable(name, makers, beside)
        return self._variables[key]

    def _named(self, word: str, at: Node) -> str:
        """A name for a variable: the same word in functions that have nothing to do with each other."""
        scope, name, number = self.names.scope_of(at).id, word, 1
        while (scope, name) in self._names or self.names.is_bound(name, at):
            number += 1
            name = f"{word}_{number}"
        self._names.add((scope, name))
        return name

    def _present(self, root: str) -> str:
        """The variable that holds the target's object already, from an earlier run."""
        call = f"{self.opener}({root})"
        found = (
            left for pairs in self.index.assigned.values() for left, right in pairs if text_of(right) == call
        )
        return next((text_of(left) for left in found), "")

    def _makers(self, node: Node) -> list[Node] | None:
        if node.type == "identifier":
            sources = [each for each in self.names.bindings(node) if each.type != "none"]
        else:
            sources = [each for each in self._assigned(node) if each.type != "none"]
        text = text_of(node)
        for source in sources:
            statement = source.parent
            if source.type not in ("call", "attribute") or self._type(source) != "Repo" or statement is None:
                return None
            left = child(statement, "left") if statement.type == "assignment" else None
            if left is None or text_of(left) != text or not _stands_alone(statement):
                return None
            if node.type == "identifier" and _is_global(text, statement):
                return None
        return sources or None

    def _assigned(self, node: Node) -> list[Node]:
        """What a class assigns to `self.name`."""
        around = class_around(node)
        return [right for left, right in self.index.assigned.get(text_of(node), []) if is_part(left, around)]

    def _is_here(self, maker: Node) -> bool:
        """Whether a repository is opened in the folder in which the script works."""
        if maker.type != "call" or "search_parent_directories" in keywords(maker):
            return False
        holder = child(maker, "arguments")
        given = (
            [each for each in holder.named_children if each.type != "comment"] if holder is not None else []
        )
        if called(maker).rpartition(".")[2] not in _MAKERS or called(maker).endswith("clone_from"):
            return False
        first = next((each for each in given if each.type != "keyword_argument"), keywords(maker).get("path"))
        while first is not None and called(first) in ("str", "Path", "os.path.abspath") and arguments(first):
            first = arguments(first)[0]
        return (
            first is None
            or literal(first) in _HERE
            or (first.type == "call" and called(first) in _HERE_CALLS)
        )

    def _changes_folder(self) -> bool:
        return b"chdir(" in self.names.source.data


def _is_name(node: Node) -> bool:
    """Whether an expression is a name, or an attribute of `self`."""
    if node.type == "identifier":
        return True
    owner = child(node, "object") if node.type == "attribute" else None
    return owner is not None and text_of(owner) in ("self", "cls")


def _stands_alone(assignment: Node) -> bool:
    context = context_of(assignment)
    return context.alone and context.statement.type == "expression_statement"


def _is_global(name: str, node: Node) -> bool:
    """Whether a function declares a name as global or nonlocal."""
    function = function_around(node)
    return function is not None and any(
        each.type in ("global_statement", "nonlocal_statement")
        and name in [text_of(part) for part in each.named_children]
        for each in walk(function)
    )
