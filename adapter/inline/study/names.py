"""inline: which names statements bind and read, and which random numbers they use."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from tree_sitter import Node

from adapter.inline.landmarks.literals import NotLiteralError, literal
from adapter.inline.script import Script
from adapter.translate.context import statements_in

DEFINITIONS = frozenset({"function_definition", "class_definition", "decorated_definition"})
IMPORTS = frozenset({"import_statement", "import_from_statement", "future_import_statement"})
_SCOPES = frozenset({"function_definition", "class_definition", "lambda"})
_COMPREHENSIONS = frozenset(
    {"list_comprehension", "set_comprehension", "dictionary_comprehension", "generator_expression"}
)
_GUARD = re.compile(r"__name__\s*==\s*[\"']__main__[\"']")
_MUTABLE = re.compile(
    r"^(\[\]|\{\}|\w*\.?(defaultdict|deque|Counter|list|dict|set|OrderedDict)\(.*\))$", re.DOTALL
)

RANDOM = {
    "python": re.compile(r"(?<![\w.])random\.|(?<![\w.])(shuffle|choice|randint|sample)\("),
    "numpy": re.compile(
        r"\b(np|numpy)\.random\b|\b(train_test_split|\w*KFold|make_\w+)\((?![^()]*random_state)"
    ),
    "torch": re.compile(
        r"\b(torch\.)?(rand|randn|randint|randperm|normal|bernoulli|multinomial|poisson)(_like)?\(|\bnn\.|\binit\.|"
        r"DataLoader|random_split|Sampler|[a-z]_\(|[Dd]ropout|transforms\.|\.backward\(|torch_geometric|from_pretrained"
    ),
    "keras": re.compile(r"\b(keras|tf|layers|Sequential|K)\b"),
}
"""Texts that use the random numbers of each source."""


def is_guard(script: Script, statement: Node) -> bool:
    """Whether a statement is the main guard."""
    condition = statement.child_by_field_name("condition") if statement.type == "if_statement" else None
    return condition is not None and _GUARD.search(script.text(condition)) is not None


def guard_of(script: Script) -> Node | None:
    """The main guard of a file."""
    return next((node for node in statements_in(script.root) if is_guard(script, node)), None)


def program(script: Script) -> list[Node]:
    """The statements that run when the file does, those below the main guard in its place."""
    found = []
    for statement in statements_in(script.root):
        body = statement.child_by_field_name("consequence") if is_guard(script, statement) else None
        found += [statement] if body is None else statements_in(body)
    return found


def block_statement(script: Script, node: Node, function: Node | None) -> Node:
    """The statement of a function's own block (or of the program) in which a node stands."""
    guard = guard_of(script) if function is None else None
    blocks = [
        script.root if function is None else function.child_by_field_name("body"),
        guard.child_by_field_name("consequence") if guard is not None else None,
    ]
    ids = {block.id for block in blocks if block is not None}
    while node.parent is not None and node.parent.id not in ids:
        node = node.parent
    return node


def bound_by(statement: Node) -> set[str]:
    """The names that running a statement binds in its own scope."""
    found: set[str] = set()
    stack = [statement]
    while stack:
        node = stack.pop()
        if node.type in ("function_definition", "class_definition"):
            _add(found, node.child_by_field_name("name"))
            continue
        if node.type == "lambda":
            continue
        if node.type in ("assignment", "augmented_assignment") or node.type == "for_statement":
            found.update(_targets(node.child_by_field_name("left")))
        elif node.type == "named_expression":
            _add(found, node.child_by_field_name("name"))
        elif node.type == "as_pattern_target":
            found.update(_targets(node.named_children[0] if node.named_children else None))
        elif node.type in ("import_statement", "import_from_statement"):
            for child in node.children_by_field_name("name"):
                _add(found, child.child_by_field_name("alias") or child.named_children[0])
            continue
        stack.extend(child for child in node.named_children if child.type not in _COMPREHENSIONS)
    return found


def _targets(node: Node | None) -> Iterator[str]:
    if node is None or node.text is None:
        return
    if node.type == "identifier":
        yield node.text.decode()
    elif node.type in ("pattern_list", "tuple_pattern", "list_pattern", "list_splat_pattern", "tuple"):
        for child in node.named_children:
            yield from _targets(child)


def _add(found: set[str], node: Node | None) -> None:
    if node is not None and node.text is not None:
        found.add(node.text.decode())


def read_by(script: Script, statements: Iterable[Node]) -> set[str]:
    """The names that statements mention as values, those in functions inside of them too."""
    found: set[str] = set()
    for statement in statements:
        for node in script.walk(statement):
            if node.type != "identifier" or node.text is None or node.parent is None:
                continue
            around = node.parent
            is_member = around.type == "attribute" and around.child_by_field_name("attribute") == node
            is_keyword = around.type == "keyword_argument" and around.child_by_field_name("name") == node
            if not is_member and not is_keyword:
                found.add(node.text.decode())
    return found


def is_literal_assignment(script: Script, statement: Node) -> bool:
    """Whether a statement binds one name, bound nowhere else, to a value that shows."""
    inner = statement.named_children[0] if statement.type == "expression_statement" else None
    if inner is None or inner.type != "assignment":
        return False
    left, right = inner.child_by_field_name("left"), inner.child_by_field_name("right")
    if left is None or right is None:
        return False
    names = [left] if left.type == "identifier" else left.named_children
    if any(name.type != "identifier" or is_rebound(script, name) for name in names):
        return False
    try:
        literal(right)
    except NotLiteralError:
        return False
    return not any(node.type in ("list", "dictionary", "set") for node in script.walk(right))


def is_rebound(script: Script, name: Node) -> bool:
    """Whether a name of the module is bound more than once, functions that declare it global included."""
    return len(script.names.bindings(name)) > 1


def is_mutable(script: Script, statement: Node) -> bool:
    """Whether a statement binds a name to an empty collection, to be filled later."""
    inner = statement.named_children[0] if statement.type == "expression_statement" else None
    right = inner.child_by_field_name("right") if inner is not None and inner.type == "assignment" else None
    if right is None:
        return False
    texts = [script.text(child) for child in right.named_children] if right.type == "expression_list" else []
    return any(_MUTABLE.match(text) for text in [script.text(right), *texts])


def definition_time(script: Script, definition: Node, name: str) -> bool:
    """Whether a definition reads a name when it is made: in a decorator, default, base or class body."""
    for node in script.names.occurrences(name, script.root):
        if not definition.start_byte <= node.start_byte < definition.end_byte:
            continue
        around = node.parent
        while around is not None and around.start_byte >= definition.start_byte:
            if (
                around.type == "block"
                and around.parent is not None
                and around.parent.type == "function_definition"
            ):
                break
            if around.type == "lambda":
                break
            if around.id == definition.id:
                return True
            around = around.parent
    return False


class Texts:
    """What statements run, functions and classes of the file that they mention included."""

    def __init__(self, script: Script) -> None:
        self._script = script
        self._definitions: dict[str, list[Node]] = {}
        for node in script.walk(script.root):
            if node.type in ("function_definition", "class_definition"):
                name = node.child_by_field_name("name")
                if name is not None:
                    self._definitions.setdefault(script.text(name), []).append(node)
        self._words: dict[int, set[str]] = {}

    def reached(self, statement: Node) -> list[Node]:
        """A statement and the definitions that it leads to, by their names."""
        found: dict[int, Node] = {statement.id: statement}
        waiting = [statement]
        while waiting:
            for word in self._words_of(waiting.pop()):
                for node in self._definitions.get(word, ()):
                    if node.id not in found:
                        found[node.id] = node
                        waiting.append(node)
        return list(found.values())

    def randomness(self, statement: Node) -> set[str]:
        """The sources of random numbers that running a statement may use."""
        texts = [self._script.text(node) for node in self.reached(statement)]
        return {kind for kind, search in RANDOM.items() if any(search.search(text) for text in texts)}

    def _words_of(self, node: Node) -> set[str]:
        known = self._words.get(node.id)
        if known is None:
            known = set(re.findall(r"[A-Za-z_]\w*", self._script.text(node)))
            self._words[node.id] = known
        return known
