"""Command line: `adapter review`, which opens the page of a report and applies what was decided in it."""

from __future__ import annotations

import hashlib
import json
import webbrowser
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import typer

from adapter.cli.exits import Exit, failure
from adapter.plan import FileError, Plan
from adapter.report.run import Decision, Reviewed, Run

_WORDS = {"accept": Decision.ACCEPTED, "reject": Decision.DECLINED, "undecided": Decision.DECLINED}


def review(
    report: Annotated[Path, typer.Argument(metavar="REPORT", help="A page that --format html wrote.")],
    apply: Annotated[
        Path | None,
        typer.Option("--apply", metavar="FILE", help="Write the hunks accepted in this file of decisions."),
    ] = None,
) -> None:
    """Look at every hunk in a browser, accept or reject it, and write what was accepted.

    Without --apply the page is opened; its "Save decisions" gives the file for --apply. Run it in the folder
    in which the report was made. A file that has changed since is left alone. Exit code: 0 done, 2 when a
    file was left alone or an input is of no use.
    """
    entry = _report(report)
    if apply is None:
        typer.echo(f"Open {report.resolve().as_uri()}", err=True)
        webbrowser.open(report.resolve().as_uri())
        return
    run = Run(files=len(entry["files"]))
    plans = list(_plans(entry, _decisions(apply), run))
    undo = _written(plans, run)
    from adapter.report.summary import summary

    typer.echo(summary(run, "changed"), err=True, nl=False)
    if undo:
        typer.echo(f"undo   {undo}", err=True)
    raise typer.Exit(Exit.FAILED if run.errors else Exit.DONE)


def _report(path: Path) -> dict[str, Any]:
    from adapter.report.html import read_page

    try:
        return read_page(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise failure(f"{path}: {error}") from error


def _decisions(path: Path) -> dict[str, dict[int, tuple[str, float]]]:
    """What was decided, by file and number of the hunk: the word, and the seconds that it took."""
    try:
        document = json.loads(path.read_bytes())
        return {
            file["path"]: {
                hunk["number"]: (str(hunk["decision"]), float(hunk["seconds"])) for hunk in file["hunks"]
            }
            for file in document["files"]
        }
    except OSError as error:
        raise failure(f"{path}: {error.strerror}") from error
    except (ValueError, KeyError, TypeError) as error:
        raise failure(f"{path}: it is not a file of decisions that the page saved ({error})") from error


def _plans(
    report: dict[str, Any], decisions: dict[str, dict[int, tuple[str, float]]], run: Run
) -> Iterator[Plan]:
    """One plan for every file of which something was accepted; the decisions are kept in the run."""
    from adapter.report.html import hunk_of
    from adapter.report.hunks import accepted_bytes

    for entry in report["files"]:
        path = Path(entry["path"])
        accepted = []
        for hunk in entry["hunks"]:
            word, seconds = decisions.get(entry["path"], {}).get(hunk["number"], ("undecided", 0.0))
            decision = _WORDS.get(word, Decision.DECLINED)
            run.reviewed.append(Reviewed(path, hunk["number"], decision, seconds))
            if decision is Decision.ACCEPTED:
                accepted.append(hunk_of(hunk))
        if not accepted:
            continue
        before = _unchanged(path, entry["sha256"])
        if isinstance(before, FileError):
            yield Plan(path, error=before)
        else:
            yield Plan(path, before, accepted_bytes(before, accepted))


def _unchanged(path: Path, digest: str) -> bytes | FileError:
    """The bytes of a file, if they are those that the report was made from."""
    from adapter.source.errors import SourceError
    from adapter.source.text import read_bytes

    try:
        data = read_bytes(path)
    except SourceError as error:
        return error.error
    if hashlib.sha256(data).hexdigest() != digest:
        return FileError(path, "has changed since the report was made", remedy="make the report anew")
    return data


def _written(plans: list[Plan], run: Run) -> str:
    """Write the plans and count them; returns the command that undoes it."""
    from adapter.cli.writing import Writer

    if not plans:
        return ""
    writer = Writer([plan.path for plan in plans])
    for plan in plans:
        writer.write(plan)
        run.add(plan)
    return writer.finish()
