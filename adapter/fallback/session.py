"""fallback: one run with a model: from what the command line says to something that refines plans."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from adapter.fallback.answers import AnswerCache, answers_file
from adapter.fallback.asking import Asker, RemoteRefusedError
from adapter.fallback.budget import Limits, Spending
from adapter.fallback.code import CodeStrategy
from adapter.fallback.edge import EdgeStrategy, naming_by
from adapter.fallback.inlined import InlineFallback
from adapter.fallback.slots import SlotsError
from adapter.fallback.tally import Tally
from adapter.fallback.translated import Strategy, TranslateFallback
from adapter.fallback.wanted import index_of
from adapter.graph.network import Route
from adapter.graph.store import cache_folder
from adapter.inline.recipe import Request as InlineRequest
from adapter.retrieval.search import MissingPackageError
from adapter.retrieval.strategies import Documentation, Retrieval, Way, retrieval_of
from llm_backends.protocol import Backend, BackendError
from llm_backends.spec import open_backend


class SetupError(Exception):
    """A run with a model cannot begin; the message says why and what to do."""


@dataclass(frozen=True)
class LlmSettings:
    """What the user asks of a model.

    `spec` names the backend. With `dry_run` messages go to `show` and nothing is asked. `documentation` is
    how candidates are found, `manual` the file for the way of that name.
    """

    spec: str
    limits: Limits = field(default_factory=Limits)
    strategies: tuple[Strategy, ...] = (Strategy.EDGE, Strategy.CODE)
    documentation: Way = Way.DOCS_SEARCH
    manual: Path | None = None
    dry_run: bool = False
    local_only: bool = False
    temperature: float = 0.0
    sample: int = 0


class Session:
    """A model, what may be spent on it, and what was."""

    def __init__(
        self,
        settings: LlmSettings,
        *,
        show: Callable[[str], None],
        notice: Callable[[str], None],
        backend: Backend | None = None,
        cache: AnswerCache | None = None,
    ) -> None:
        """Opens the model.

        Raises:
            SetupError: it cannot be opened, or code would leave the machine against the user's will.
        """
        self.settings = settings
        self.spending = Spending(settings.limits)
        self.tally = Tally(self.spending)
        try:
            if backend is None and not settings.dry_run:
                backend = open_backend(settings.spec)
            self.asker = Asker(
                backend,
                self.spending,
                cache or AnswerCache(answers_file(cache_folder())),
                temperature=settings.temperature,
                sample=settings.sample,
                local_only=settings.local_only,
                show=show if settings.dry_run else None,
                notice=notice,
            )
        except (BackendError, RemoteRefusedError, SlotsError) as error:
            raise SetupError(str(error)) from error
        self.edge: EdgeStrategy | None = None

    def for_translation(self, way: Route, *, unsafe: bool = False) -> TranslateFallback:
        """What refines the plans of a translation.

        Raises:
            SetupError: the target library is not installed, so that no answer could be checked, or the
                documentation cannot be searched.
        """
        index = index_of(way.target.distribution)
        if index is None:
            raise SetupError(
                f"{way.target.distribution} is not installed here; answers are checked against it, install it"
            )
        retrieval = self._retrieval(way)
        strategies = self.settings.strategies
        self.edge = (
            EdgeStrategy(way, self.asker, retrieval, self.tally) if Strategy.EDGE in strategies else None
        )
        code = CodeStrategy(self.asker, retrieval) if Strategy.CODE in strategies else None
        return TranslateFallback(way, index, self.asker, self.tally, edge=self.edge, code=code, unsafe=unsafe)

    def for_inlining(self, request: InlineRequest) -> InlineFallback:
        """What refines the plans of a recipe."""
        return InlineFallback(request, self.asker, self.tally)

    def _retrieval(self, way: Route) -> Retrieval:
        index = index_of(way.target.distribution)
        assert index is not None
        naming = naming_by(self.asker, way.source.name, way.target.name)
        try:
            return retrieval_of(
                self.settings.documentation, Documentation(index), naming, self.settings.manual
            )
        except (ValueError, OSError, MissingPackageError) as error:
            raise SetupError(str(error)) from error

    def lines(self) -> Sequence[str]:
        """What is said about the run at its end."""
        return self.tally.lines(self.asker.model or self.settings.spec)
