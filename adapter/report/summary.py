"""Report: the summary for a person: every place that is left, every error with its cure, and the sums."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from statistics import median

from adapter.plan import Fidelity, Gap
from adapter.report.paths import error_text, site_place
from adapter.report.run import Decision, Run

_APIS_NAMED = 3


def summary(run: Run, done: str = "would change") -> str:
    """The text that ends a run. `done` says what happened to the files that have other bytes now.

    First the lists, then the sums, so that the sums are what stays in sight on a terminal.
    """
    blocks = ["\n".join(block) for block in (_losses(run), _gaps(run), _errors(run), _broken(run)) if block]
    return "\n\n".join([*blocks, "\n".join(_sums(run, done))]) + "\n"


def gap_line(place: str, gap: Gap) -> str:
    """`path:line:column api reason detail`, on one line whatever the detail holds."""
    return " ".join([place, gap.site.api, gap.reason, *gap.detail.split()])


def _losses(run: Run) -> list[str]:
    if not run.losses:
        return []
    width = len(str(max(run.losses.values())))
    ordered = sorted(run.losses.items(), key=lambda item: (-item[1], item[0]))
    rows = [
        f"  {count:>{width}}x {api}{f' -> {to}' if to else ''}: {note}" for (api, to, note), count in ordered
    ]
    return ["Translated with a remark:", *rows]


def _gaps(run: Run) -> list[str]:
    if not run.gaps:
        return []
    rows = [f"  {gap_line(site_place(path, gap.site), gap)}" for path, gap in run.gaps]
    return ["Left as it was:", *rows]


def _errors(run: Run) -> list[str]:
    if not run.errors:
        return []
    return ["Could not be handled:", *(f"  {error_text(error)}" for error in run.errors)]


def _broken(run: Run) -> list[str]:
    if run.verified is None or run.verified.passed:
        return []
    said = [f"  {line}" for line in run.verified.said.splitlines()]
    return [f"Nothing was written: `{run.verified.command}` fails on the rewritten code:", *said]


def _sums(run: Run, done: str) -> Iterator[str]:
    yield f"files  {run.files} seen, {len(run.changed)} {done}, {_count(len(run.errors), 'error')}"
    yield (
        f"sites  {run.sites} seen, {run.edits.total()} edited{_fidelities(run.edits)}, {len(run.gaps)} left"
        + (f", {run.kept.total()} kept on purpose" if run.kept else "")
        + (f", {run.ignored - run.kept.total()} ignored" if run.ignored > run.kept.total() else "")
    )
    for number, (reason, count) in enumerate(sorted(run.kept.items(), key=lambda item: (-item[1], item[0]))):
        yield f"{'kept' if number == 0 else '':<5}  {count} {reason}"
    for number, (reason, apis) in enumerate(run.gaps_by_reason()):
        yield f"{'left' if number == 0 else '':<5}  {apis.total()} {reason}: {_frequent(apis)}"
    if run.verified is not None:
        yield f"verify {'passed' if run.verified.passed else 'failed'} in {run.verified.seconds:.1f} s"
    if run.reviewed:
        yield f"review {_reviewed(run)}"
    yield from run.llm_lines
    yield f"time   {run.seconds:.2f} s"


def _reviewed(run: Run) -> str:
    counts = Counter(item.decision for item in run.reviewed)
    parts = [f"{counts[decision]} {decision}" for decision in Decision if counts[decision]]
    middle = median(item.seconds for item in run.reviewed)
    return f"{', '.join(parts)}; {middle:.1f} s for a hunk (median)"


def _fidelities(edits: Counter[Fidelity]) -> str:
    parts = [f"{edits[fidelity]} {fidelity}" for fidelity in Fidelity if edits[fidelity]]
    return f" ({', '.join(parts)})" if parts else ""


def _frequent(apis: Counter[str]) -> str:
    """The APIs that occur most often, with how often; the rest as a number."""
    ordered = sorted(apis.items(), key=lambda item: (-item[1], item[0]))
    named = ", ".join(f"{api} ({count})" for api, count in ordered[:_APIS_NAMED])
    rest = len(ordered) - _APIS_NAMED
    return f"{named}, {rest} more" if rest > 0 else named


def _count(number: int, word: str) -> str:
    return f"{number} {word}" if number == 1 else f"{number} {word}s"
