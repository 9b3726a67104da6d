"""fallback: strategy `edge`: one question for each API, about a fact; the rules write the code."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from adapter.fallback.asking import Asker, NotAnsweredError, Prompt
from adapter.fallback.edge_answer import EdgeAnswer, question_schema, read_edge_answer
from adapter.fallback.edge_checks import EdgeGround, examine_edge
from adapter.fallback.fence.examine import Verdict
from adapter.fallback.tally import Tally
from adapter.fallback.templates import fill
from adapter.fallback.wanted import find_api, index_of, wanted_of
from adapter.graph.api_index import Api
from adapter.graph.network import Route, route
from adapter.graph.store import with_entries
from adapter.graph.yamlfile import MapError
from adapter.names.uses import Use
from adapter.plan import Plan, SiteKind
from adapter.retrieval.documents import Document
from adapter.retrieval.strategies import Retrieval, Wanted

_CANDIDATES = 6
_TOKENS = 160


@dataclass
class LearnedEdge:
    """An edge that a model answered: the map entry, the model, the checks it passed, the sites it served."""

    api: str
    library: str
    target: str
    entry: dict[str, Any]
    model: str
    checks: tuple[str, ...]
    sites: list[str] = field(default_factory=list)
    example: str = ""


class EdgeStrategy:
    """Asks which target API does the same as a source API, and makes provisional edges of the answers."""

    def __init__(self, way: Route, asker: Asker, retrieval: Retrieval, tally: Tally) -> None:
        self.route = way
        self.learned: dict[str, LearnedEdge] = {}
        self._way, self._asker, self._retrieval, self._tally = way, asker, retrieval, tally
        self._asked: set[str] = set()

    def learn(self, uses: Iterable[Use]) -> None:
        """Ask about every API of these sites that was not asked about in this run."""
        by_api: dict[str, list[Use]] = {}
        for use in uses:
            if use.api not in self._asked and self._can_have_edge(use):
                by_api.setdefault(use.api, []).append(use)
        for api, sites in by_api.items():
            self._asked.add(api)
            self._tally.apis += 1
            edge = self._asked_about(api, sites)
            if edge is None:
                continue
            self._tally.edges += 1
            self.learned[api] = edge
            self._extend()

    def serves(self, uses: Iterable[Use]) -> bool:
        """Whether one of the sites has an edge that was learned."""
        return any(use.api in self.learned for use in uses)

    def note_sites(self, plan: Plan) -> None:
        """Keep where learned edges were used."""
        for edit in plan.edits:
            edge = self.learned.get(edit.site.api)
            if edge is not None and edit.note == edge.entry["note"]:
                edge.sites.append(f"{plan.path}:{edit.site.line}")

    def _can_have_edge(self, use: Use) -> bool:
        """Whether an edge could serve a site: a call of a function, or of the run, that no entry lifts.

        What the map leaves out on purpose is known to have no counterpart.
        """
        library = self._way.source
        kind = library.types.get(use.owner)
        if use.kind is not SiteKind.CALL or (use.owner and (kind is None or kind.concept != "tracking.Run")):
            return False
        if not use.api.replace(".", "").replace("_", "").isalnum():
            return False
        return not library.entries_for(use.kind, use.api, use.owner) and library.scope_note(use.api) is None

    def _asked_about(self, api: str, sites: Sequence[Use]) -> LearnedEdge | None:
        library, target = self._way.source, self._way.target
        wanted = wanted_of(sites[0], library)
        try:
            ground = self._ground(api, sites, wanted)
            answer, verdict = self._examined(ground, wanted)
        except NotAnsweredError as error:
            self._tally.unanswered[str(error)] += 1
            return None
        if not verdict.passed:
            self._tally.rejected[verdict.check] += 1
            return None
        if answer is None:
            self._tally.unanswered["the question was only shown"] += 1
            return None
        note = f"edge answered by {self._asker.model}, not reviewed"
        entry = ground.entry(answer, target.name, note)
        checks = tuple(ground.passed)
        return LearnedEdge(
            api, library.name, target.name, entry, self._asker.model, checks, [], wanted.example
        )

    def _examined(self, ground: EdgeGround, wanted: Wanted) -> tuple[EdgeAnswer | None, Verdict]:
        """The model's answer and what the checks say of it; no answer where the question is only shown."""
        if not ground.candidates and not ground.is_open:
            return None, Verdict("edge-candidates", "no candidate was found")
        answer = self._answer(ground, wanted)
        if answer is None:
            return None, Verdict()
        verdict = examine_edge(answer, ground)
        if verdict.passed and len(ground.candidates) > 1:
            verdict = self._agreed(answer, ground, wanted)
        return answer, verdict

    def _ground(self, api: str, sites: Sequence[Use], wanted: Wanted) -> EdgeGround:
        target = self._way.target
        index = index_of(target.distribution)
        assert index is not None
        documents = self._retrieval.find(wanted, _CANDIDATES)
        found: list[tuple[Document, Api]] = []
        for document in documents:
            try:
                found.append((document, index.find(document.name)))
            except LookupError:
                continue
        source = find_api(api, self._way.source)
        return EdgeGround(api, source, tuple(sites), tuple(found), index, is_open=not documents)

    def _answer(self, ground: EdgeGround, wanted: Wanted) -> EdgeAnswer | None:
        prompt = edge_prompt(ground, wanted, self._way)
        answer = self._asker.ask(prompt)
        if answer is None:
            return None
        return ground.settled(read_edge_answer(answer.text, prompt.schema or {}))

    def _agreed(self, answer: EdgeAnswer, ground: EdgeGround, wanted: Wanted) -> Verdict:
        """Whether the model gives the same target with the candidates the other way around."""
        other = self._answer(replace(ground, candidates=ground.candidates[::-1], passed=[]), wanted)
        if other is None or other.target != answer.target:
            said = other.target if other is not None else "nothing"
            return Verdict("agreement", f"first {answer.target}, with the candidates turned around {said}")
        ground.passed.append("agreement")
        return Verdict()

    def _extend(self) -> None:
        """Take the learned edges into the route; one that the map cannot hold is given up."""
        items = [edge.entry for edge in self.learned.values()]
        try:
            atlas = with_entries(self._way.atlas, self._way.source.name, items)
            self.route = route(atlas, self._way.source.name, self._way.target.name)
        except MapError as error:
            api = list(self.learned)[-1]
            del self.learned[api]
            self._tally.edges -= 1
            self._tally.rejected["map-entry"] += 1
            self._tally.unanswered[f"{api}: {error.message}"] += 1


def edge_prompt(ground: EdgeGround, wanted: Wanted, way: Route) -> Prompt:
    """The question about one API."""
    source, target = way.source.name, way.target.name
    if ground.is_open:
        listed = f"(no list; any function of {target})"
    else:
        listed = "\n".join(f"- {document.line}" for document, _ in ground.candidates)
    question = fill(
        "edge.user",
        source=source,
        target=target,
        api=wanted.document.line,
        name=ground.name,
        example=wanted.example,
        candidates=listed,
    )
    return Prompt(fill("edge.system"), (question,), _TOKENS, question_schema(ground))


def naming_by(asker: Asker, source: str, target: str) -> Any:
    """Asks the model for the names of similar APIs; see `retrieval.strategies.Naming`."""
    schema = {
        "type": "object",
        "properties": {
            "names": {
                "type": "array",
                "items": {"type": "string", "maxLength": 60},
                "minItems": 1,
                "maxItems": 3,
            }
        },
        "required": ["names"],
        "additionalProperties": False,
    }

    def naming(wanted: Wanted) -> Sequence[str]:
        import json

        question = fill(
            "names.user",
            source=source,
            target=target,
            api=wanted.document.line,
            name=wanted.document.name,
            example=wanted.example,
        )
        answer = asker.ask(Prompt(fill("names.system"), (question,), 80, schema))
        if answer is None:
            return []
        try:
            names = json.loads(answer.text)["names"]
        except (ValueError, KeyError, TypeError):
            return []
        return [str(name).partition("(")[0] for name in names if isinstance(name, str)]

    return naming
