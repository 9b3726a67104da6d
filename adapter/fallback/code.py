"""fallback: strategy `code`: a region goes to the model as a whole, and comes back as a whole."""

from __future__ import annotations

from dataclasses import dataclass, field

from adapter.fallback.asking import Asker, NotAnsweredError, Prompt
from adapter.fallback.fence.candidate import Candidate, Ground, read_answer
from adapter.fallback.fence.examine import Verdict, examine
from adapter.fallback.templates import fill
from adapter.fallback.wanted import distinct, wanted_of
from adapter.retrieval.documents import Document
from adapter.retrieval.strategies import Retrieval
from llm_backends.protocol import Answer, Finish

_LINES_AROUND = 6
_CANDIDATES = 5
_TOKENS_PER_CHARACTER = 0.5
_LEAST_TOKENS = 120


@dataclass(slots=True)
class Attempt:
    """What became of one region: the accepted answer, or why there is none."""

    candidate: Candidate | None = None
    verdicts: list[Verdict] = field(default_factory=list)
    unanswered: str = ""


class CodeStrategy:
    """Asks for the new text of regions."""

    def __init__(self, asker: Asker, retrieval: Retrieval, *, repairs: int = 1) -> None:
        self._asker, self._retrieval, self._repairs = asker, retrieval, repairs

    def attempt(self, ground: Ground) -> Attempt:
        """Ask about one region, once more with what the fence said when the first answer fails."""
        attempt = Attempt()
        prompt = self._prompt(ground)
        for _ in range(self._repairs + 1):
            try:
                answer = self._asker.ask(prompt)
            except NotAnsweredError as error:
                attempt.unanswered = str(error)
                return attempt
            if answer is None:
                attempt.unanswered = "the question was only shown"
                return attempt
            candidate = read_answer(answer.text, answer.finish is Finish.STOP, ground)
            verdict = examine(candidate)
            if verdict.passed:
                attempt.candidate = candidate
                return attempt
            attempt.verdicts.append(verdict)
            prompt = prompt.then(_short(answer), fill("code.repair", problem=verdict.message))
        return attempt

    def _prompt(self, ground: Ground) -> Prompt:
        region = ground.region
        source, target = ground.source_library.name, ground.target_library.name
        before, after = _around(ground)
        question = fill(
            "code.user",
            target=target,
            documentation="\n".join(f"- {each.line}" for each in self._documents(ground)) or "- none",
            before=before,
            after=after,
            region=region.text,
        )
        room = max(int(len(region.text) * _TOKENS_PER_CHARACTER * 2), _LEAST_TOKENS)
        return Prompt(fill("code.system", source=source, target=target), (question,), room)

    def _documents(self, ground: Ground) -> list[Document]:
        """Candidates for every API of the region, the best of each before the second of any."""
        each = [
            self._retrieval.find(wanted_of(use, ground.source_library), _CANDIDATES)
            for use in distinct(ground.region.uses)
        ]
        found: dict[str, Document] = {}
        for rank in range(_CANDIDATES):
            for documents in each:
                if rank < len(documents):
                    found.setdefault(documents[rank].name, documents[rank])
        return list(found.values())[: _CANDIDATES + len(each) - 1]


def _short(answer: Answer) -> str:
    """The answer as it goes back into the conversation: not more of a runaway than a page."""
    return answer.text[:2000]


def _around(ground: Ground) -> tuple[str, str]:
    """The lines before and after a region, with the imports when these are further up."""
    lines = ground.source.data.decode("utf-8").splitlines()
    span = ground.region.span
    first = ground.source.position(span.start)[0] - 1
    last = ground.source.position(span.end)[0]
    begin = max(first - _LINES_AROUND, 0)
    imports = sorted({ground.source.position(b.statement.start_byte)[0] - 1 for b in ground.names.imports})
    head = [
        lines[number] for number in imports if number < begin and ground.target_library.name in lines[number]
    ]
    before = "\n".join([*head, *lines[begin:first]]).strip("\n")
    after = "\n".join(lines[last : last + _LINES_AROUND]).strip("\n")
    return before or "(nothing)", after or "(nothing)"
