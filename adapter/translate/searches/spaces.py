"""searches: a space that is given beforehand, written as what a trial suggests."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from tree_sitter import Node

from adapter.plan import GapReason
from adapter.translate.lift import Bound
from adapter.translate.numbers import folded, number
from adapter.translate.render import reindent
from adapter.translate.searches.desk import Desk
from adapter.translate.searches.grid import as_whole, on_multiples
from adapter.translate.searches.syntax import (
    COMPREHENSIONS,
    as_name,
    bound_once,
    called,
    enclosing,
    is_inside,
    is_primitive,
    items_of,
    keywords_of,
    literal,
    literal_text,
    pairs_of,
    text_of,
    walk,
    whole_expression,
)

CHOICE = "tuning.suggest_categorical"
GRID = "tuning.suggest_grid"
WEIGHTED = "tuning.suggest_weighted"
ROUNDED = "tuning.suggest_rounded"
WHOLE = "tuning.whole"
NUMBERS = frozenset({"tuning.suggest_float", "tuning.suggest_int", ROUNDED})
DIMENSIONS = NUMBERS | {CHOICE, GRID, WEIGHTED, WHOLE}
_TABLES = re.compile(r"^(?:np|numpy)\.(arange|linspace|logspace|geomspace|array)$")


@dataclass(slots=True)
class Written:
    """A space as code: statements to run first, and the expression that then gives the value."""

    lines: list[str] = field(default_factory=list)
    text: str = ""


@dataclass(frozen=True, slots=True)
class Grid:
    """Values that are all to be tried: the name as code, and the values as code."""

    name: str
    values: str


class SpaceWriter:
    """Writes spaces as what a trial suggests.

    `indexed` are names of choices whose position the program reads, None for all; `shared` gives the text
    for a part that has a definition of its own.
    """

    def __init__(
        self,
        desk: Desk,
        trial: str,
        indexed: frozenset[str] | None,
        shared: Callable[[Node, Node], str],
        at: Node,
    ) -> None:
        self._desk, self._trial, self._indexed, self._shared, self._at = desk, trial, indexed, shared, at
        self._lines: list[str] = []
        self._returns, self._top = False, 0
        self._variables: set[str] = set()
        self.grids: list[Grid] = []
        self.valued: set[str] = set()
        """Names of choices that are told by value where the source tells their position."""

    def write(self, node: Node, *, returns: bool = False, key: str = "") -> Written:
        """A whole space; `returns` tells that its value is returned, which its branches may do themselves.

        `key` is the name of a value that has none of its own.

        Raises:
            NoPathError: something in it has no counterpart, or is not understood.
        """
        self._lines = []
        self._returns = returns
        self._top = whole_expression(node).id
        text = self._expression(node, key)
        return Written(self._lines, text)

    # Expressions.

    def _expression(self, node: Node, key: str) -> str:
        desk = self._desk
        concept = desk.sites.concept(node)
        if concept in DIMENSIONS:
            return self._dimension(desk.sites.bound[node.id], key)
        if node.type == "identifier":
            binding = bound_once(desk.names, node)
            if binding is not None and holds_dimension(desk, binding):
                return self._shared(node, binding)
        use = desk.sites.by_node.get(node.id)
        if use is not None:
            failure = desk.sites.failures.get(node.id)
            why = failure.detail if failure is not None else "it is no part of a space"
            raise desk.refusal(f"{use.api} in the space: {why}", GapReason.NO_EDGE)
        return self._composed(node, key)

    def _composed(self, node: Node, key: str) -> str:
        """An expression around values that are drawn: the same, around what draws them."""
        data = self._desk.source.data
        pieces: list[str] = []
        done = node.start_byte
        for child in node.named_children:
            inner = key
            if node.type == "pair":
                if child == node.child_by_field_name("key"):
                    continue
                inner = _joined(key, literal_text(node.child_by_field_name("key")) or "")
            if node.type == "keyword_argument":
                name = node.child_by_field_name("name")
                if child == name:
                    continue
                inner = _joined(key, text_of(name)) if name is not None else key
            if node.type == "attribute" and child == node.child_by_field_name("attribute"):
                continue
            text = self._expression(child, inner)
            if text != text_of(child):
                pieces += [data[done : child.start_byte].decode(), text]
                done = child.end_byte
        pieces.append(data[done : node.end_byte].decode())
        return "".join(pieces)

    # Values that are drawn.

    def _dimension(self, bound: Bound, key: str) -> str:
        concept = bound.concept or ""
        if concept == WHOLE:
            return self._whole(bound, key)
        name = self._name(bound, key)
        if concept in (CHOICE, GRID):
            return self._choice(bound, name, key)
        if concept == WEIGHTED:
            return self._weighted(bound, name)
        concept, arguments, note = self._number(bound)
        return self._suggested(bound, concept, {"name": name, **arguments}, note)

    def _suggested(self, bound: Bound, concept: str, arguments: dict[str, str], note: str = "") -> str:
        text = self._desk.lower(concept, {"trial": self._trial, **arguments})
        self._desk.claim(bound.use.node, _called(text), note)
        return text

    def _name(self, bound: Bound, key: str) -> str:
        """The name of a value: its label, else its key in the space."""
        given = self._desk.given(bound).get("name")
        if given is not None:
            return text_of(given)
        if not key:
            raise self._desk.refusal(f"the value of {bound.use.api} has no key that could be its name")
        return f'"{key}"'

    def _number(self, bound: Bound) -> tuple[str, dict[str, str], str]:
        """Concept, arguments and note of a number that is drawn."""
        desk = self._desk
        for name, node in bound.nodes.items():
            if name != "self" and desk.sites.within(node):
                raise desk.refusal(f"a bound of {bound.use.api} is itself drawn")
        arguments = {name: folded(arg.text) for name, arg in desk.arguments(bound).items() if name != "name"}
        note = ""
        if "step" in arguments and desk.route.source.search.get("grid_from") == "zero":
            low, step = number(arguments["low"]), number(arguments["step"])
            arguments = on_multiples(arguments)
            if (low is None or step is None) and step != 1:
                note = "steps are counted from the low end"
        return bound.concept or "", arguments, note

    def _whole(self, bound: Bound, key: str) -> str:
        """A drawn number as a whole number: a suggestion of its own where that is the same."""
        inner = self._desk.given(bound).get("value")
        if inner is None:
            raise self._desk.refusal(f"what {bound.use.api} is given is not in sight")
        drawn = self._desk.sites.bound.get(inner.id)
        if drawn is not None and drawn.concept in NUMBERS:
            concept, arguments, note = self._number(drawn)
            fitting = as_whole(arguments)
            on_grid = "step" in arguments
            logged = concept == ROUNDED
            if fitting is not None and on_grid and not (logged and "step" in fitting):
                self._desk.claim(bound.use.node, "int")
                named = {"name": self._name(drawn, key), **fitting}
                return self._suggested(drawn, "tuning.suggest_int", named, note)
        text = self._expression(inner, key)
        self._desk.claim(bound.use.node, "int")
        return f"int({text})"

    # Choices.

    def _choice(self, bound: Bound, name: str, key: str) -> str:
        options = self._desk.given(bound).get("choices")
        if options is None:
            raise self._desk.refusal(f"the choices of {bound.use.api} are not in sight")
        label = literal(bound.nodes.get("label"))
        indexed = self._indexed is None or (isinstance(label, str) and label in self._indexed)
        items = items_of(options)
        if bound.concept == GRID:
            return self._grid(bound, name, options)
        if items is None:
            text = self._range(bound, name, options, indexed) or self._listed(name, options, indexed)
        elif any(holds_dimension(self._desk, item) for item in items):
            return self._branches(bound, name, items, indexed, key)
        elif not indexed and all(is_primitive(item) for item in items):
            text = self._categorical(name, text_of(options))
        else:
            for item in items:
                self._composed(item, "")
            text = f"{text_of(options)}[{self._categorical(name, f'range({len(items)})')}]"
            indexed = True
        if not indexed and isinstance(label, str):
            self.valued.add(label)
        self._desk.claim(bound.use.node, _called(text))
        return text

    def _grid(self, bound: Bound, name: str, options: Node) -> str:
        """Values that are all to be tried."""
        desk = self._desk
        meant = bound_once(desk.names, options) if options.type == "identifier" else options
        items = items_of(meant) if meant is not None else None
        if items is None or not all(is_primitive(item) for item in items):
            raise desk.refusal(f"the values {text_of(options)[:40]} of a grid are not plain ones")
        text = self._categorical(name, text_of(options))
        self.grids.append(Grid(name, text_of(options) if meant == options else text_of(meant or options)))
        desk.claim(bound.use.node, _called(text))
        return text

    def _categorical(self, name: str, choices: str) -> str:
        arguments = {"trial": self._trial, "name": name, "choices": choices}
        return self._desk.lower(CHOICE, arguments)

    def _range(self, bound: Bound, name: str, options: Node, indexed: bool) -> str | None:
        """Whole numbers in a row, which a trial suggests as such."""
        is_range = called(options) == "range" or re.fullmatch(r"(np|numpy)\.arange", called(options))
        arguments = options.child_by_field_name("arguments") if options.type == "call" else None
        if not is_range or arguments is None or indexed:
            return None
        parts = [child for child in arguments.named_children if child.type != "comment"]
        kept = [part for part in parts if part.type != "keyword_argument"]
        values = [literal(part) for part in kept]
        if not all(isinstance(value, int) and not isinstance(value, bool) for value in values):
            return None
        whole = [value for value in values if isinstance(value, int)]
        start, stop, step = (0, whole[0], 1) if len(whole) == 1 else (*whole, 1)[:3]
        if step <= 0 or stop <= start:
            return None
        high = range(start, stop, step)[-1]
        given = {"trial": self._trial, "name": name, "low": str(start), "high": str(high)}
        return self._desk.lower("tuning.suggest_int", given | ({"step": str(step)} if step != 1 else {}))

    def _listed(self, name: str, options: Node, indexed: bool) -> str:
        """Choices that are not written out here."""
        desk = self._desk
        if desk.sites.within(options):
            raise desk.refusal(f"the choices {text_of(options)} are not understood")
        plain = whole_expression(options)
        binding = bound_once(desk.names, plain) if plain.type == "identifier" else None
        known = items_of(binding) if binding is not None else None
        if binding is not None and known is None and holds_dimension(desk, binding):
            raise desk.refusal(f"the choices {text_of(options)} hold values that are drawn")
        if known is not None and any(holds_dimension(desk, item) for item in known):
            raise desk.refusal(f"the choices {text_of(options)} hold values that are drawn")
        if not indexed and known is not None and all(is_primitive(item) for item in known):
            return self._categorical(name, text_of(options))
        if not indexed and _TABLES.match(called(options)):
            return self._categorical(name, f"{text_of(options)}.tolist()")
        if not indexed and called(options) in ("range", "list", "sorted"):
            return self._categorical(name, text_of(options))
        if plain.type == "identifier" or plain.type == "attribute":
            return f"{text_of(options)}[{self._categorical(name, f'range(len({text_of(options)}))')}]"
        if called(options) == "range":
            return f"{text_of(options)}[{self._categorical(name, f'range(len({text_of(options)}))')}]"
        raise desk.refusal(f"the choices {text_of(options)} are not understood")

    def _weighted(self, bound: Bound, name: str) -> str:
        """Choices with probabilities, which are left out."""
        options = self._desk.given(bound).get("choices")
        items = items_of(options) if options is not None else None
        pairs = [items_of(item) for item in items or ()]
        values = [pair[1] for pair in pairs if pair is not None and len(pair) == 2]
        if not values or len(values) != len(pairs):
            raise self._desk.refusal(f"the choices of {bound.use.api} are not written out here")
        label = literal(bound.nodes.get("label"))
        indexed = self._indexed is None or (isinstance(label, str) and label in self._indexed)
        if any(holds_dimension(self._desk, value) for value in values):
            return self._branches(bound, name, values, indexed, "")
        listed = f"[{', '.join(text_of(value) for value in values)}]"
        if indexed or not all(is_primitive(value) for value in values):
            text = f"{listed}[{self._categorical(name, f'range({len(values)})')}]"
        else:
            text = self._categorical(name, listed)
            self.valued.add(str(label))
        self._desk.claim(bound.use.node, _called(text))
        return text

    def _branches(self, bound: Bound, name: str, items: Sequence[Node], indexed: bool, key: str) -> str:
        """Choices that hold values which are drawn only when they are chosen: one branch each.

        The branches of a whole space return; then the text is empty.
        """
        desk = self._desk
        if self._is_repeated(bound.use.node):
            raise desk.refusal(
                "a choice with values of its own inside of a comprehension", GapReason.POSITION
            )
        labels = None if indexed else _labels([self._meant(item) for item in items])
        label = literal(bound.nodes.get("label"))
        if labels is not None and isinstance(label, str):
            self.valued.add(label)
        spelled = labels or [str(index) for index in range(len(items))]
        base = as_name(label if isinstance(label, str) else re.sub(r"\W+", "_", name))
        chosen = self._variable(base if labels else f"{base}_index")
        returns = self._returns and bound.use.node.id == self._top
        wanted = as_name(key.rpartition(".")[2]) if key else base
        value = "" if returns else self._variable(f"{base}_value" if labels and wanted == base else wanted)
        self._lines.append(f"{chosen} = {self._categorical(name, '[' + ', '.join(spelled) + ']')}")
        desk.claim(bound.use.node, _called(self._lines[-1].partition(" = ")[2]))
        before = self._lines
        for index, (item, spelling) in enumerate(zip(items, spelled, strict=True)):
            word = "if" if index == 0 else "elif"
            last = index == len(items) - 1 and index > 0
            if returns:
                word = "if"
            if not (last and returns):
                before.append("else:" if last else f"{word} {chosen} == {spelling}:")
            self._lines = []
            text = self._expression(item, "")
            text = reindent(text, desk.source.line_indent(item.start_byte), "")
            inner = [*self._lines, f"return {text}" if returns else f"{value} = {text}"]
            before += inner if last and returns else [_deeper(line) for line in inner]
        self._lines = before
        return value

    def _meant(self, item: Node) -> Node:
        """What a name stands for; any other expression as it is."""
        binding = bound_once(self._desk.names, item) if item.type == "identifier" else None
        return item if binding is None else binding

    def _is_repeated(self, node: Node) -> bool:
        outer = enclosing(node, COMPREHENSIONS)
        return outer is not None and is_inside(outer, self._at)

    def _variable(self, wanted: str) -> str:
        name, number_ = wanted, 1
        while name in self._variables or self._desk.names.is_bound(name, self._at):
            number_ += 1
            name = f"{wanted}_{number_}"
        self._variables.add(name)
        return name


def size_of(values: str) -> int | None:
    """How many values a list literal has."""
    try:
        found = ast.literal_eval(values)
    except (ValueError, SyntaxError):
        return None
    return len(found) if isinstance(found, list | tuple) else None


def holds_dimension(desk: Desk, node: Node, depth: int = 0) -> bool:
    """Whether an expression draws values, itself or through a name."""
    if depth > 6 or node.type == "function_definition":
        return False
    for inner in walk(node):
        if desk.sites.concept(inner) in DIMENSIONS:
            return True
        binding = bound_once(desk.names, inner) if inner.type == "identifier" else None
        if binding is None or is_inside(inner, binding) or not _is_value(binding):
            continue
        if holds_dimension(desk, binding, depth + 1):
            return True
    return False


def _is_value(binding: Node) -> bool:
    return binding.type in (
        "dictionary",
        "list",
        "tuple",
        "call",
        "binary_operator",
        "parenthesized_expression",
    )


def _labels(items: Sequence[Node]) -> list[str] | None:
    """A word for each choice that the choices themselves have: an entry that tells all of them apart."""
    mappings = [_entries(item) for item in items]
    if all(mapping is not None for mapping in mappings):
        known = [mapping for mapping in mappings if mapping is not None]
        for key in known[0]:
            words = [mapping.get(key) for mapping in known]
            if all(words) and len(set(words)) == len(words):
                return [word for word in words if word]
    firsts = [_first_text(item) for item in items]
    if all(firsts) and len(set(firsts)) == len(firsts):
        return [first for first in firsts if first]
    return None


def _entries(item: Node) -> dict[str, str] | None:
    """The entries of a dict literal that are plain texts."""
    item = whole_expression(item)
    pairs: Iterable[tuple[str | None, Node]]
    keywords = keywords_of(item) if called(item) == "dict" else None
    if keywords is not None:
        pairs = list(keywords.items())
    else:
        found = pairs_of(item)
        if found is None:
            return None
        pairs = [(literal_text(key), value) for key, value in found]
    return {key: text_of(value) for key, value in pairs if key and literal_text(value) is not None}


def _first_text(item: Node) -> str | None:
    parts = items_of(whole_expression(item))
    return text_of(parts[0]) if parts and literal_text(parts[0]) is not None else None


def _deeper(line: str) -> str:
    return "    " + reindent(line, "", "    ")


def _joined(key: str, inner: str) -> str:
    return f"{key}.{inner}" if key and inner else inner or key


def _called(text: str) -> str:
    """What a suggestion calls, for reports."""
    match = re.search(r"\w+\.(suggest_\w+)\(", text)
    return f"Trial.{match[1]}" if match else text.partition("(")[0]
