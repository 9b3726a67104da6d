"""Many files under rules in Python: each rule runs over what the one before it made."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from adapter.graph.discovery import found_atlas
from adapter.graph.yamlfile import MapError
from adapter.names.project import ProjectNames
from adapter.plan import Plan
from adapter.source.errors import SourceError
from adapter.source.text import read_bytes, read_source
from adapter.source.tree import read_tree
from adapter.translate.pipeline import UsageError
from adapter.translate.running.codemods import run_codemod
from adapter.translate.running.load import PythonRules
from adapter.translate.running.site_rules import catalog_for, run_site_rule


def run_python(
    rules: PythonRules,
    paths: Sequence[Path],
    progress: Callable[[int, int], None],
    *,
    unsafe: bool = False,
    include: Sequence[str] = (),
    exclude: Sequence[str] = (),
) -> Iterator[Plan]:
    """Plans for every code file that has something to say, in the order of the walk.

    Raises:
        UsageError: a map that a rule needs does not hold together.
    """
    try:
        atlas = found_atlas(paths)
        catalogs = [catalog_for(rule, atlas) for rule in rules.site_rules]
    except MapError as error:
        raise UsageError(str(error)) from error
    tree = read_tree(paths, include, exclude)
    for unread in tree.errors:
        yield Plan(unread.path, error=unread)
    projects = {
        (folder, number): ProjectNames(folder, catalog, read_source, tuple(tree.code))
        for folder in {tree.folder_of(path) for path in tree.code}
        for number, catalog in enumerate(catalogs)
    }
    for done, path in enumerate(tree.code, 1):
        progress(done, len(tree.code))
        try:
            raw = read_bytes(path)
        except SourceError as problem:
            yield Plan(path, error=problem.error)
            continue
        whole = Plan(path, raw)
        for codemod in rules.codemods:
            _then(whole, run_codemod(codemod, path, _now(whole)))
        for number, rule in enumerate(rules.site_rules):
            if rule.library.encode() not in raw:
                continue
            project = projects[(tree.folder_of(path), number)]
            _then(whole, run_site_rule(rule, catalogs[number], path, _now(whole), project, unsafe=unsafe))
        if whole.has_news:
            yield whole


def _now(plan: Plan) -> bytes:
    return plan.before if plan.after is None else plan.after


def _then(whole: Plan, plan: Plan) -> None:
    """Takes in what one more rule did to a file."""
    if whole.error is not None:
        return
    whole.error = plan.error
    if plan.error is not None:
        whole.after = None
        return
    whole.edits += plan.edits
    whole.gaps += plan.gaps
    whole.ignored += plan.ignored
    whole.after = plan.after if plan.after is not None else whole.after
