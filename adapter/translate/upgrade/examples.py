"""The examples beside upgrade rules, run: each has a verdict with a name, as those of maps have."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from adapter.graph.catalogs import catalog_of
from adapter.plan import Plan
from adapter.translate.examples import Example, ExampleResult, ExampleVerdict, difference
from adapter.translate.upgrade.file import FileUpgrader
from adapter.translate.upgrade.rules import RuleFile, build_upgrade


def examples_of(rules: RuleFile) -> Iterator[Example]:
    """The examples of a file of rules, in file order."""
    document = rules.document
    for kind, index, item in rules.all_items():
        for number, each in enumerate(item.get("examples", ()), 1):
            line = document.places.get((kind, index, "examples", number - 1), (0, 0))[0]
            api = str(item.get("api", item.get("from")))
            target = str(document.data.get("target", rules.library))
            before, after = each["before"], each["after"]
            yield Example(rules.library, target, api, number, before, after, document.path, line)


@dataclass(frozen=True)
class UpgradeExampleRunner:
    """Runs the examples of one file of rules, with all its rules."""

    upgrader: FileUpgrader

    @staticmethod
    def of(rules: RuleFile) -> UpgradeExampleRunner:
        """The runner of a file of rules.

        Raises:
            MapError: a rule does not hold together.
        """
        upgrade = build_upgrade(rules)
        # an example shows what a rule writes, also where that wants --unsafe
        catalog = catalog_of(upgrade.route.source, separate_elements=True)
        return UpgradeExampleRunner(FileUpgrader(upgrade, catalog, unsafe=True))

    def run(self, example: Example) -> ExampleResult:
        """Upgrades an example wholly, and once more."""
        plan = self._upgraded(example.before)
        if plan.error is not None:
            return ExampleResult(example, ExampleVerdict.BROKEN, plan.error.message)
        if plan.after is None or plan.gaps:
            left = "; ".join(f"line {gap.site.line}: {gap.site.api}: {gap.detail}" for gap in plan.gaps)
            return ExampleResult(example, ExampleVerdict.MISSING, left or "nothing was rewritten")
        after = plan.after.decode()
        if after != example.after:
            return ExampleResult(example, ExampleVerdict.WRONG, difference(example.after, after))
        try:
            ast.parse(after)
        except SyntaxError as error:
            return ExampleResult(example, ExampleVerdict.BROKEN, str(error))
        again = self._upgraded(after)
        if again.has_news:
            seen = ", ".join(site.api for site in again.all_sites())
            return ExampleResult(example, ExampleVerdict.NOISY, f"seen again: {seen}")
        return ExampleResult(example, ExampleVerdict.VALIDATED)

    def _upgraded(self, text: str) -> Plan:
        return self.upgrader.upgrade(Path("example.py"), text.encode(), None).plan
