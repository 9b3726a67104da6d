"""searches: what a program reads from a search: each chain of members and keys as that of the target."""

from __future__ import annotations

from dataclasses import dataclass, field

from tree_sitter import Node

from adapter.plan import GapReason
from adapter.translate.searches.best import is_shown
from adapter.translate.searches.desk import Desk
from adapter.translate.searches.syntax import (
    called,
    literal_text,
    parameters_of,
    text_of,
)

_SAME_ITEMS = frozenset({"sorted", "list", "reversed", "tuple", "filter"})
_ONE_ITEM = frozenset({"min", "max", "next"})
_DATA = frozenset({"", "Point", "Single", "Config"})
"""Kinds that are plain data in the target."""
_CHAIN = frozenset({"attribute", "call", "subscript"})
_LIST = "list of "
_VALUES = frozenset({"tuning.best_value", "tuning.trial_value"})


@dataclass
class Results:
    """Follows objects that hold results through a program.

    `rewritten` texts take the place of the chains; names that hold such objects keep their names.
    """

    desk: Desk
    known: dict[str, str] = field(default_factory=dict)
    """Further arguments of concepts."""
    metric: str = ""
    """The reported value that counts."""
    negates: bool = False
    """Whether values have the other sign in the target."""
    _seen: set[int] = field(default_factory=set)

    @property
    def _tables(self) -> dict[str, dict[str, dict[str, str]]]:
        found: dict[str, dict[str, dict[str, str]]] = self.desk.route.source.search.get("results", {})
        return found

    def follow(self, node: Node, kind: str, text: str, changed: bool) -> None:
        """Rewrites the chain that begins at an expression which holds results of a kind.

        `text` is what stands for the expression in the target; `changed` tells that it is another text.

        Raises:
            NoPathError: what is read has no counterpart, or the object goes where it is not followed.
        """
        if node.id in self._seen:
            return
        self._seen.add(node.id)
        outer, step, key = _step(node)
        if outer is None and kind in _DATA:
            self._end(node, text, changed)
            return
        if outer is not None and kind == "":
            self._end(node, text, changed)
            return
        if outer is not None:
            if self._take(outer, kind, step, key, text):
                return
            if kind in _DATA:
                self._end(node, text, changed)
                return
            where = f"{text_of(outer)[:60]!r} in line {self.desk.line_of(outer)}"
            raise self.desk.refusal(f"{where} reads something that has no counterpart", GapReason.NO_EDGE)
        self._goes_on(node, kind, text, changed)

    def _take(self, outer: Node, kind: str, step: str, key: Node | None, text: str) -> bool:
        """One step of a chain; False where the tables know none."""
        desk = self.desk
        if kind.startswith(_LIST) and step.startswith("["):
            index = text_of(key) if key is not None else ""
            of = kind if ":" in index and key is not None and key.type == "slice" else kind[len(_LIST) :]
            self.follow(outer, of, f"{text}[{index}]", changed=True)
            return True
        table = self._tables.get(kind, {})
        rule = table.get(step)
        literal = literal_text(key)
        if rule is None and step == "[]":
            spelled = (
                f'["{literal}"]' if literal is not None else f"[{text_of(key)}]" if key is not None else ""
            )
            if literal is not None and literal == self.metric and "[metric]" in table:
                spelled = "[metric]"
            rule = table.get(spelled, table.get("[name]") if key is not None else None)
        if rule is None and step.startswith(".get(") and literal is not None:
            rule = table.get(f'["{literal}"]') or table.get("[name]")
        if rule is None:
            return False
        if "gap" in rule:
            where = f"line {desk.line_of(outer)} reads {rule['gap']}"
            raise desk.refusal(f"{where}, which {desk.route.target.name} does not have", GapReason.NO_EDGE)
        concept = rule.get("concept")
        written = text
        desk.claim(outer, concept or "")
        if concept is not None:
            subject = next(iter(desk.route.atlas.concepts[concept].signature.parameters)).name
            arguments = {subject: text}
            names = desk.route.atlas.concepts[concept].signature.names
            arguments |= {name: value for name, value in self.known.items() if name in names}
            if key is not None and "name" in desk.route.atlas.concepts[concept].signature.names:
                arguments["name"] = text_of(key)
            written = desk.lower(concept, arguments)
            if self.negates and concept in _VALUES:
                written = f"-{written}"
            if self.negates and concept == "tuning.values":
                written = f"[-value for value in {written}]"
        if rule.get("note"):
            desk.notes.append(rule["note"])
        self.follow(outer, rule.get("gives", ""), written, changed=True)
        return True

    def _end(self, node: Node, text: str, changed: bool) -> None:
        if changed:
            self.desk.replace(node, text)
        outer = node
        while (
            outer.parent is not None
            and outer.parent.start_byte == node.start_byte
            and outer.parent.type in _CHAIN
        ):
            outer = outer.parent
            self.desk.claim(outer, text)

    def _goes_on(self, node: Node, kind: str, text: str, changed: bool) -> None:
        """Where an object goes that is not read right here."""
        parent = node.parent
        if parent is None:
            return
        if parent.type == "parenthesized_expression":
            self.follow(parent, kind, f"({text})" if changed else text, changed)
        elif parent.type == "assignment" and parent.child_by_field_name("right") == node:
            self._assigned(parent, node, kind, text, changed)
        elif (
            parent.type in ("for_statement", "for_in_clause") and parent.child_by_field_name("right") == node
        ):
            self._iterated(parent, node, kind, text, changed)
        elif is_shown(node) or (parent.type == "expression_statement" and kind.startswith(_LIST)):
            self._end(node, text, changed)
        elif parent.type == "argument_list" and parent.parent is not None:
            self._handed(parent.parent, parent, node, kind, text, changed)
        else:
            self._refuse(node, kind)

    def _refuse(self, node: Node, kind: str) -> None:
        what = text_of(node)[:60]
        detail = f"{what!r} in line {self.desk.line_of(node)} hands results on to where they are not followed"
        raise self.desk.refusal(detail, GapReason.POSITION)

    def _assigned(self, assignment: Node, node: Node, kind: str, text: str, changed: bool) -> None:
        left = assignment.child_by_field_name("left")
        if left is None or left.type != "identifier":
            self._refuse(node, kind)
            return
        self._end(node, text, changed)
        self._named(left, kind)

    def _named(self, name: Node, kind: str) -> None:
        """Every place that reads a name which holds results."""
        desk = self.desk
        scope = _scope_of(desk, name)
        for place in desk.names.occurrences(text_of(name), scope):
            parent = place.parent
            is_target = parent is not None and (
                (
                    parent.type in ("assignment", "for_statement", "for_in_clause")
                    and parent.child_by_field_name("left") == place
                )
                or parent.type in ("pattern_list", "tuple_pattern", "lambda_parameters", "parameters")
            )
            if place.id == name.id or is_target:
                if place.id != name.id and parent is not None and parent.type == "assignment":
                    raise desk.refusal(f"{text_of(place)} gets its value in several places")
                continue
            self.follow(place, kind, text_of(place), changed=False)

    def _iterated(self, loop: Node, node: Node, kind: str, text: str, changed: bool) -> None:
        of = kind[len(_LIST) :] if kind.startswith(_LIST) else None
        if of is None:
            rule = self._tables.get(kind, {}).get("list")
            if rule is None:
                self._refuse(node, kind)
                return
            text, of, changed = (
                self.desk.lower(rule["concept"], {"study": text}),
                rule["gives"][len(_LIST) :],
                True,
            )
        self._end(node, text, changed)
        left = loop.child_by_field_name("left")
        if left is None or left.type != "identifier":
            self._refuse(node, kind)
            return
        self._named(left, of)

    def _handed(self, call: Node, arguments: Node, node: Node, kind: str, text: str, changed: bool) -> None:
        """An object that is an argument of a builtin that keeps what it is."""
        name = called(call)
        desk = self.desk
        first = next(child for child in arguments.named_children if child.type != "comment")
        if name == "len" and not kind.startswith(_LIST):
            rule = self._tables.get(kind, {}).get("len()")
            if rule is not None:
                desk.replace(call, desk.lower(rule["concept"], {"study": text}))
                return
        if name == "len":
            self._end(node, text, changed)
            return
        is_kept = name in _SAME_ITEMS | _ONE_ITEM | {"enumerate"} and first.id == node.id
        if not kind.startswith(_LIST) or not is_kept:
            self._refuse(node, kind)
            return
        of = kind[len(_LIST) :]
        for child in arguments.named_children:
            value = child.child_by_field_name("value") if child.type == "keyword_argument" else None
            if value is not None and value.type == "lambda":
                for parameter in parameters_of(value):
                    self._named(parameter, of)
        self._end(node, text, changed)
        if name == "enumerate":
            self._enumerated(call, of)
            return
        after = kind if name in _SAME_ITEMS else of
        self._after_call(call, after)

    def _after_call(self, call: Node, kind: str) -> None:
        """What is done with what a builtin gives; the call itself keeps its changed text."""
        outer, _, _ = _step(call)
        text = self.desk.text(call)
        if outer is None:
            self._goes_on(call, kind, text, changed=False)
        else:
            self.follow(call, kind, text, changed=False)

    def _enumerated(self, call: Node, of: str) -> None:
        loop = call.parent
        left = loop.child_by_field_name("left") if loop is not None else None
        names = left.named_children if left is not None else []
        if loop is None or loop.type not in ("for_statement", "for_in_clause") or len(names) != 2:
            self._refuse(call, of)
            return
        self._named(names[1], of)


def _scope_of(desk: Desk, name: Node) -> Node:
    """The scope that binds a name: that of the body where the name is a parameter."""
    outer = name.parent
    while outer is not None and outer.type in ("lambda_parameters", "parameters", "default_parameter"):
        outer = outer.parent
    body = outer.child_by_field_name("body") if outer is not None and outer.type == "lambda" else None
    if body is None and outer is not None and outer.type == "for_in_clause" and outer.parent is not None:
        body = outer.parent.child_by_field_name("body")
    return desk.names.scope_of(body if body is not None else name)


def _step(node: Node) -> tuple[Node | None, str, Node | None]:
    """The expression that takes something out of another one, how, and the key; None where none does."""
    parent = node.parent
    if parent is None:
        return None, "", None
    if parent.type == "attribute" and parent.child_by_field_name("object") == node:
        name = parent.child_by_field_name("attribute")
        member = text_of(name) if name is not None else ""
        call = parent.parent
        if call is not None and call.type == "call" and call.child_by_field_name("function") == parent:
            arguments = call.child_by_field_name("arguments")
            given = (
                [c for c in arguments.named_children if c.type != "comment"] if arguments is not None else []
            )
            if member == "get" and given and given[0].type == "string":
                return call, ".get()", given[0]
            return call, f".{member}()", None
        return parent, f".{member}", None
    if parent.type == "subscript" and parent.child_by_field_name("value") == node:
        return parent, "[]", parent.child_by_field_name("subscript")
    return None, "", None
