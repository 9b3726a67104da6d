"""What an entry's `api` says: kind, name and what it binds."""

from __future__ import annotations

import pytest

from adapter.graph.signature import SignatureSyntaxError, parse_pattern, parse_signature
from adapter.plan import SiteKind


@pytest.mark.parametrize(
    ("text", "kind", "name", "bound"),
    [
        ("a.log(data, step=None)", SiteKind.CALL, "a.log", {"data", "step"}),
        ("a.log(data, *more, step, **rest)", SiteKind.CALL, "a.log", {"data", "more", "step", "rest"}),
        ("a.run", SiteKind.READ, "a.run", set()),
        ("a.run = value", SiteKind.WRITE, "a.run", {"value"}),
        ("Config.{name}", SiteKind.READ, "Config.{}", {"name"}),
        ("Config.{name} = value", SiteKind.WRITE, "Config.{}", {"name", "value"}),
        ("Config[key]", SiteKind.SUBSCRIPT_READ, "Config[]", {"key"}),
        ("Config[key] = value", SiteKind.SUBSCRIPT_WRITE, "Config[]", {"key", "value"}),
        ("class a.Callback", SiteKind.BASE, "a.Callback", {"subclass"}),
        ('keyword report_to="a"', SiteKind.KEYWORD, "report_to=a", set()),
        ("env A_PROJECT", SiteKind.ENVIRONMENT, "env:A_PROJECT", {"value"}),
    ],
)
def test_a_pattern_has_a_kind_a_name_and_what_it_binds(
    text: str, kind: SiteKind, name: str, bound: set[str]
) -> None:
    pattern = parse_pattern(text)
    assert (pattern.kind, pattern.name, pattern.arguments) == (kind, name, bound)


def test_parameters_keep_their_order_and_kind() -> None:
    signature = parse_signature("a.log(data, step=None, *more, force, sync=None, **rest)")
    assert [(p.name, p.kind, p.optional) for p in signature.parameters] == [
        ("data", "positional", False),
        ("step", "positional", True),
        ("more", "varargs", True),
        ("force", "keyword", False),
        ("sync", "keyword", True),
        ("rest", "varkeywords", True),
    ]


def test_the_same_call_on_an_object_has_the_name_of_its_type() -> None:
    assert parse_pattern("a.log(data)").on("a.Run").name == "a.Run.log"


@pytest.mark.parametrize("text", ["a.log(data", "a log", "a.log(data=)", "report_to='a'", "Config[a, b]"])
def test_what_is_no_pattern_is_refused(text: str) -> None:
    with pytest.raises(SignatureSyntaxError, match=r"expected a signature like|cannot read the parameters"):
        parse_pattern(text)
