"""How many map entries an answered edge recovers: each is taken out of its map, and the model is asked.

    python tests/real/withhold.py --llm gguf:MODEL.gguf --docs docssearch [--only 5]

An edge is right when it calls what the entry that was taken out calls. Without `--llm` only the search is
measured: whether the right target is among the candidates that a model would be shown.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from adapter.fallback.session import LlmSettings, Session
from adapter.fallback.translated import Strategy
from adapter.fallback.wanted import index_of, wanted_of
from adapter.graph.catalogs import catalog_of
from adapter.graph.model import Entry
from adapter.graph.network import Route, route
from adapter.graph.store import Atlas, packaged_atlas
from adapter.graph.yamlfile import Document
from adapter.names.uses import Names, Use
from adapter.retrieval.documents import document_of
from adapter.retrieval.search import MissingPackageError
from adapter.retrieval.strategies import DocsSearch, Documentation, Way
from adapter.source.text import read_source

WITHHELD = {
    ("wandb", "mlflow"): [
        "wandb.log",
        "wandb.finish",
        "wandb.log_artifact",
        "wandb.save",
        "wandb.log_model",
        "wandb.restore",
        "wandb.use_model",
        "wandb.link_model",
        "wandb.integration.openai.autolog",
        "wandb.init",
    ],
    ("mlflow", "wandb"): [
        "mlflow.log_metrics",
        "mlflow.end_run",
        "mlflow.log_artifact",
        "mlflow.log_artifacts",
        "mlflow.log_metric",
        "mlflow.log_table",
        "mlflow.log_image",
        "mlflow.login",
        "mlflow.start_run",
        "mlflow.log_figure",
    ],
}
CANDIDATES = 6


@dataclass(frozen=True)
class Case:
    """An API whose entries were taken out: the route without them, its sites, the targets that are right."""

    api: str
    way: Route
    uses: Sequence[Use]
    right: frozenset[str]


def cases() -> Iterator[Case]:
    """All cases, the two directions by turns."""
    for names in zip(*WITHHELD.values(), strict=True):
        for (source, target), api in zip(WITHHELD, names, strict=True):
            yield _case(source, target, api)


def _case(source: str, target: str, api: str) -> Case:
    atlas = packaged_atlas()
    full = route(atlas, source, target)
    entries = [
        entry for entry in full.source.entries if entry.pattern is not None and entry.pattern.name == api
    ]
    document = atlas.library_documents[source]
    items = document.data["apis"]
    examples = [
        example["before"]
        for entry in entries
        for example in items[entry.index].get("examples", ())
        if example.get("to") == target
    ]
    kept = [item for number, item in enumerate(items) if number not in {entry.index for entry in entries}]
    changed = Document(document.path, {**document.data, "apis": kept}, {})
    without = Atlas(
        atlas.concept_documents, {**atlas.library_documents, source: changed}, f"{atlas.digest}-{api}"
    )
    way = route(without, source, target)
    right = frozenset(
        call for entry in entries for call in _calls(full, entry) if call.startswith(f"{target}.")
    )
    return Case(api, way, _sites(examples, way, api), right)


def _calls(way: Route, entry: Entry) -> Iterator[str]:
    path = way.paths.get(entry.index)
    for lower in path.lowers if path is not None else ():
        for line in lower.write.lines if lower.write is not None else ():
            yield from line.calls


def _sites(examples: Sequence[str], way: Route, api: str) -> list[Use]:
    found: list[Use] = []
    for text in examples:
        source = read_source(Path("example.py"), text.encode())
        found += [use for use in Names(source, catalog_of(way.source)).uses() if use.api == api and use.call]
    return found


def main() -> int:
    """Print a line for each entry and the sums."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--llm", default="")
    parser.add_argument(
        "--docs", default="docssearch", choices=[way.value for way in Way if way != Way.MANUAL]
    )
    parser.add_argument("--only", type=int, default=20, help="the first N entries")
    given = parser.parse_args()
    right = asked = shown = calls = tokens = 0
    started = time.monotonic()
    for case in list(cases())[: given.only]:
        asked += 1
        target = case.way.target
        index = index_of(target.distribution)
        assert index is not None
        if given.docs == Way.DOCS_SEARCH:
            shown += _is_shown(case, Documentation(index))
        if not given.llm:
            continue
        session = Session(
            LlmSettings(given.llm, strategies=(Strategy.EDGE,), documentation=Way(given.docs)),
            show=print,
            notice=lambda text: print(text, file=sys.stderr),
        )
        session.for_translation(case.way)
        assert session.edge is not None
        session.edge.learn(case.uses)
        edge = session.edge.learned.get(case.api)
        said = "-"
        if edge is not None:
            said = edge.entry["direct"][target.name]
            right += said.partition("(")[0] in case.right
        why = ", ".join([*session.tally.rejected, *session.tally.unanswered])
        calls, tokens = calls + session.spending.calls, tokens + session.spending.tokens
        print(f"{case.api:34} {said:60} {why}  (right: {', '.join(sorted(case.right))})", flush=True)
    if given.docs == Way.DOCS_SEARCH:
        print(f"the right target is among {CANDIDATES} candidates for {shown} of {asked}")
    if given.llm:
        minutes = (time.monotonic() - started) / 60
        print(
            f"{given.docs}: {right} of {asked} recovered, {calls} calls, {tokens} tokens, {minutes:.0f} min"
        )
    return 0


def _is_shown(case: Case, documentation: Documentation) -> bool:
    """Whether a right target is among the candidates."""
    wanted = wanted_of(case.uses[0], case.way.source)
    try:
        found = {each.name for each in DocsSearch(documentation).find(wanted, CANDIDATES)}
    except MissingPackageError as error:
        raise SystemExit(str(error)) from error
    # a name may be listed under another spelling of the same definition
    right = set(case.right)
    for name in case.right:
        try:
            right.add(document_of(documentation.index.find(name)).name)
        except LookupError:
            continue
    if not found & right:
        print(f"{case.api:34} {', '.join(found)}", file=sys.stderr)
    return bool(found & right)


if __name__ == "__main__":
    raise SystemExit(main())
