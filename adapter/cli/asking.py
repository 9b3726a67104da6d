"""Command line: the options for asking a model, and the session that they make."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from adapter.cli.exits import Exit, failure

if TYPE_CHECKING:
    from adapter.fallback.session import Session
    from adapter.plan import Plan
    from adapter.report.run import Run
    from adapter.translate.pipeline import Refine

_PANEL = "Asking a model"

Llm = Annotated[
    str,
    typer.Option(
        "--llm",
        metavar="SPEC",
        help="Ask a model about what no rule covers: gguf:FILE, openai:MODEL@URL, replay:FILE, "
        "wizardcoder-cpu:FILE, wizardcoder-gpu:FOLDER.",
        show_default=False,
        rich_help_panel=_PANEL,
    ),
]
Calls = Annotated[
    int | None,
    typer.Option("--llm-calls", metavar="N", min=0, help="At most N questions.", rich_help_panel=_PANEL),
]
Tokens = Annotated[
    int | None,
    typer.Option(
        "--llm-tokens", metavar="N", min=0, help="At most N tokens, in and out.", rich_help_panel=_PANEL
    ),
]
Cost = Annotated[
    float | None,
    typer.Option(
        "--llm-cost",
        metavar="X",
        min=0,
        help="Stop once X was spent, by the prices given with the model.",
        rich_help_panel=_PANEL,
    ),
]
DryRun = Annotated[
    bool,
    typer.Option("--llm-dry-run", help="Print the questions and ask nothing.", rich_help_panel=_PANEL),
]
LocalOnly = Annotated[
    bool,
    typer.Option("--llm-local-only", help="Refuse a model on another machine.", rich_help_panel=_PANEL),
]
Strategies = Annotated[
    str,
    typer.Option(
        "--llm-strategy",
        metavar="edge,code",
        help="What to ask for: facts from which rules write code, code, or both.",
        rich_help_panel=_PANEL,
    ),
]
Documentation = Annotated[
    str,
    typer.Option(
        "--llm-docs",
        metavar="WAY",
        help="Where candidates come from: docssearch, llmsearch, llm-docssearch, none, or a file of notes.",
        rich_help_panel=_PANEL,
    ),
]

Temperature = Annotated[
    float,
    typer.Option(
        "--llm-temperature",
        metavar="T",
        min=0,
        max=2,
        help="0 for the likeliest answer.",
        rich_help_panel=_PANEL,
    ),
]
Sample = Annotated[
    int,
    typer.Option(
        "--llm-sample", metavar="N", min=0, help="Another number, another answer.", rich_help_panel=_PANEL
    ),
]


def open_session(
    spec: str,
    calls: int | None,
    tokens: int | None,
    cost: float | None,
    *,
    dry_run: bool,
    local_only: bool,
    strategies: str = "edge,code",
    documentation: str = "docssearch",
    temperature: float = 0.0,
    sample: int = 0,
) -> Session | None:
    """The session that the options ask for; None without `--llm`.

    Raises:
        typer.Exit: the model cannot be opened, or an option names what there is not.
    """
    if not spec:
        return None
    from adapter.fallback.budget import Limits
    from adapter.fallback.session import LlmSettings, Session, SetupError
    from adapter.fallback.translated import Strategy
    from adapter.retrieval.strategies import Way

    try:
        wanted = tuple(Strategy(word.strip()) for word in strategies.split(","))
    except ValueError as error:
        raise failure(f"--llm-strategy takes {', '.join(Strategy)}, not {strategies!r}") from error
    named = documentation in set(Way) - {Way.MANUAL}
    if not named and not Path(documentation).is_file():
        ways = ", ".join(way for way in Way if way is not Way.MANUAL)
        raise failure(f"--llm-docs takes {ways} or a file; there is no file {documentation!r}")
    settings = LlmSettings(
        spec,
        Limits(calls, tokens, cost),
        wanted,
        Way(documentation) if named else Way.MANUAL,
        None if named else Path(documentation),
        dry_run,
        local_only,
        temperature,
        sample,
    )
    try:
        return Session(settings, show=typer.echo, notice=_say)
    except SetupError as error:
        raise failure(str(error)) from error


def refiner(
    session: Session | None, paths: Sequence[Path], source: str, target: str, *, unsafe: bool
) -> Refine | None:
    """What refines the plans of a translation; None without a session.

    Raises:
        typer.Exit: the answers could not be checked, or the documentation cannot be searched.
    """
    if session is None:
        return None
    from adapter.fallback.session import SetupError
    from adapter.graph.discovery import found_atlas
    from adapter.graph.yamlfile import MapError
    from adapter.translate.pipeline import UsageError, find_route

    try:
        way = find_route(source, target, found_atlas(paths))
        return session.for_translation(way, unsafe=unsafe).refine
    except (SetupError, UsageError, MapError) as error:
        raise failure(str(error)) from error


def teller(session: Session | None, paths: Sequence[Path] = ()) -> Callable[[Run], None]:
    """What tells a run how the session went, and keeps what was learned for `adapter maps learn`."""

    def tell(run: Run) -> None:
        if session is not None:
            _keep_learned(session, paths)
            run.llm_calls, run.llm_tokens = session.spending.calls, session.spending.tokens
            run.llm_lines = list(session.lines())

    return tell


def _keep_learned(session: Session, paths: Sequence[Path]) -> None:
    if session.edge is not None and session.edge.learned:
        from adapter.cli.writing import project_root
        from adapter.fallback.learned import keep

        keep(project_root(paths), session.edge.learned.values())


def only_show(plans: Iterable[Plan]) -> NoReturn:
    """Make the plans for the questions that are shown on the way, and end.

    Raises:
        typer.Exit: always.
    """
    for _ in plans:
        pass
    raise typer.Exit(Exit.DONE)


def _say(text: str) -> None:
    typer.echo(f"adapter: {text}", err=True)
