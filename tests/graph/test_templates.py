"""Templates: what is absent falls away cleanly, what is put in keeps its meaning."""

from __future__ import annotations

import pytest

from adapter.graph.template import TemplateSyntaxError, parse_template
from adapter.translate.arguments import Arg
from adapter.translate.render import Layout, RenderError, render


def lines(template: str, **arguments: str) -> list[str]:
    """The statements that a template becomes."""
    known = {name.replace("__", "."): Arg(text) for name, text in arguments.items()}
    rendered = render(
        parse_template(template), known, Layout(""), lambda name, argument: f"{name}_of({argument.text})"
    )
    return [line.text for line in rendered]


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"a": "1", "b": "2", "c": "3"}, ["f(1, b=2, c=3)"]),
        ({"a": "1", "c": "3"}, ["f(1, c=3)"]),
        ({"a": "1", "b": "2"}, ["f(1, b=2)"]),
        ({"a": "1"}, ["f(1)"]),
    ],
)
def test_a_keyword_whose_argument_is_absent_falls_away(given: dict[str, str], expected: list[str]) -> None:
    assert lines("f({a}, b={b}, c={c})", **given) == expected


def test_the_first_keyword_takes_its_comma_along() -> None:
    assert lines("f(a={a}, b={b})", b="2") == ["f(b=2)"]
    assert lines("f(a={a}, b={b})") == ["f()"]


def test_a_line_whose_argument_is_absent_falls_away() -> None:
    assert lines("f({a})\nvalue = g()\nh({b})", b="2") == ["g()", "h(2)"]


def test_a_value_whose_argument_is_absent_cannot_be_written() -> None:
    with pytest.raises(RenderError, match="a is not known here"):
        lines("value = f({a})\ng()")


@pytest.mark.parametrize(
    ("given", "expected"),
    [({"a": "True"}, ["f()", "g()"]), ({"a": "x"}, ["f()", "g()"]), ({"a": "False"}, ["g()"]), ({}, ["g()"])],
)
def test_a_guarded_line_stays_only_where_the_argument_may_be_true(
    given: dict[str, str], expected: list[str]
) -> None:
    assert lines("{a?} f()\ng()", **given) == expected


@pytest.mark.parametrize(
    ("argument", "expected"),
    [
        ('"rows"', 'f("data/rows.json")'),
        ("'rows'", 'f("data/rows.json")'),
        ("name", 'f(f"data/{name}.json")'),
        ('f"{name}-1"', 'f(f"data/{name}-1.json")'),
        ('names["a"]', "f(f\"data/{names['a']}.json\")"),
    ],
)
def test_an_argument_inside_a_string_makes_an_f_string_only_where_it_must(
    argument: str, expected: str
) -> None:
    assert lines('f("data/{name}.json")', name=argument) == [expected]


def test_an_argument_that_does_not_fit_into_a_string_is_refused() -> None:
    with pytest.raises(RenderError, match="name is not a plain text here"):
        lines('f("data/{name}.json")', name="pick('a', \"b\")")


@pytest.mark.parametrize(
    ("template", "argument", "expected"),
    [
        ("{x}.name", "run", "run.name"),
        ("{x}.name", "a or b", "(a or b).name"),
        ("{x}.name", "1", "(1).name"),
        ("f(**{x})", "a or b", "f(**(a or b))"),
        ("{x} / 1000", "a + b", "(a + b) / 1000"),
        ("f({x})", "a or b", "f(a or b)"),
        ("f({x})", "a := b", "f((a := b))"),
        ("d[{x}]", "a or b", "d[a or b]"),
    ],
)
def test_an_argument_gets_brackets_only_where_it_needs_them(
    template: str, argument: str, expected: str
) -> None:
    assert lines(template, x=argument) == [expected]


def test_a_converter_reshapes_its_argument() -> None:
    assert lines("f({x!words})", x="tags") == ["f(words_of(tags))"]


def test_a_lone_expression_is_the_value_of_the_call() -> None:
    assert parse_template("f({x})").value_line is not None
    assert parse_template("f({x})\ng()").value_line is None
    marked = parse_template("f({x})\nvalue = g()").value_line
    assert marked is not None
    assert marked.text == "g()"


def test_a_template_knows_its_names_roots_and_calls() -> None:
    template = parse_template("mlflow.log({a}, b={b!words})\n{c?} np.stop({self.d})")
    assert template.names == {"a", "b", "c", "self"}
    assert {root for line in template.lines for root in line.roots} == {"mlflow", "np"}
    assert [line.calls for line in template.lines] == [("mlflow.log",), ("np.stop",)]


@pytest.mark.parametrize("text", ["f({a}", "f({a}); g()", "if {a}:"])
def test_what_is_no_statement_is_refused(text: str) -> None:
    with pytest.raises(TemplateSyntaxError, match="the template line"):
        parse_template(text)
