"""Every example of every upgrade rule: it comes out as the rule says, parses, and stays as it is."""

from __future__ import annotations

from functools import cache

import pytest

from adapter.translate.examples import Example, ExampleVerdict
from adapter.translate.upgrade.examples import UpgradeExampleRunner, examples_of
from adapter.translate.upgrade.rules import RuleFile, packaged_rules, read_rules, rules_for


@cache
def rules(library: str) -> RuleFile:
    return read_rules(packaged_rules()[library])


@cache
def runner(library: str) -> UpgradeExampleRunner:
    return UpgradeExampleRunner.of(rules(library))


EXAMPLES = [example for library in packaged_rules() for example in examples_of(rules(library))]


def name(example: Example) -> str:
    return f"{example.source}-{example.api.partition('(')[0]}-{example.number}"


@pytest.mark.parametrize("example", EXAMPLES, ids=name)
def test_an_example_comes_out_as_the_rule_says(example: Example) -> None:
    result = runner(example.source).run(example)
    assert (result.verdict, result.detail) == (ExampleVerdict.VALIDATED, "")


@pytest.mark.parametrize("library", packaged_rules())
def test_every_rule_that_rewrites_has_an_example(library: str) -> None:
    bare = [
        str(item.get("api", item.get("from")))
        for kind, _, item in rules(library).all_items()
        if kind != "gone" and "gap" not in item and "examples" not in item
    ]
    assert bare == []


@pytest.mark.parametrize("name", ["pytorch_lightning", "pytorch-lightning", "lightning"])
def test_rules_are_found_by_the_old_name_and_by_the_new_one(name: str) -> None:
    assert rules_for(name).library == "pytorch_lightning"
