"""The benchmark's upgrade tasks: the rules make of each program what its reference is."""

from __future__ import annotations

import pytest

from adapter.bench.tasks import Task, select_tasks
from adapter.graph.catalogs import catalog_of
from adapter.translate.upgrade.file import FileUpgrader
from adapter.translate.upgrade.rules import build_upgrade, packaged_rules, read_rules

TASKS = select_tasks([], family="upgrade")


@pytest.mark.parametrize("task", TASKS, ids=lambda task: task.folder.name)
def test_the_rules_write_the_reference(task: Task) -> None:
    upgrade = build_upgrade(read_rules(packaged_rules()[str(task.source)]))
    catalog = catalog_of(upgrade.route.source, separate_elements=True)
    before = task.before.read_bytes()
    plan = FileUpgrader(upgrade, catalog).upgrade(task.before, before, None).plan
    assert (plan.error, plan.gaps) == (None, [])
    assert plan.after is not None
    assert plan.after.decode() == task.reference.read_text(encoding="utf-8")
