"""retrieval: the named ways to find what may take the place of an API, and to tell a model about it."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cached_property
from pathlib import Path
from typing import Protocol

from adapter.graph.api_index import ApiIndex
from adapter.retrieval.documents import Document, document_of, documents_file, read_documents
from adapter.retrieval.search import FusedSearch, MeaningSearch, Searcher, SentenceEmbedding, WordSearch


class Way(StrEnum):
    """The ways: three of the paper arXiv 2405.06835, a file that the user gives, and no documentation."""

    DOCS_SEARCH = "docssearch"
    LLM_SEARCH = "llmsearch"
    LLM_DOCS_SEARCH = "llm-docssearch"
    MANUAL = "manual"
    NONE = "none"


@dataclass(frozen=True)
class Wanted:
    """The API whose counterpart is looked for: its document, and a statement that uses it."""

    document: Document
    example: str

    @property
    def query(self) -> str:
        """What is searched for: its last name twice, its other words, and the code that uses it."""
        last = self.document.name.rpartition(".")[2]
        return f"{last} {last} {self.document.words} {self.example}"


class Retrieval(Protocol):
    """Finds candidates for what is wanted."""

    def find(self, wanted: Wanted, limit: int) -> list[Document]:
        """The candidates, best first; empty when there are none."""


Naming = Callable[[Wanted], Sequence[str]]
"""Asks a model for the names of APIs like the one that is wanted."""


class Documentation:
    """The documents of one library, read and indexed when they are first searched."""

    def __init__(self, index: ApiIndex, *, by_meaning: bool = False) -> None:
        self.index, self._by_meaning = index, by_meaning

    @cached_property
    def documents(self) -> list[Document]:
        """All documents that are not deprecated."""
        return [document for document in read_documents(self.index) if not document.deprecated]

    @cached_property
    def searcher(self) -> Searcher:
        """Search by words, with `by_meaning` fused with search by meaning."""
        words = WordSearch(self.documents)
        if not self._by_meaning:
            return words
        store = documents_file(self.index).with_suffix(".faiss")
        return FusedSearch((words, MeaningSearch(self.documents, SentenceEmbedding(), store)))

    def named(self, name: str) -> Document | None:
        """The document of a qualified name; None when the library does not have it."""
        try:
            return document_of(self.index.find(name))
        except LookupError:
            return None


class DocsSearch:
    """Searches the documentation with the source API and the code that uses it."""

    def __init__(self, documentation: Documentation) -> None:
        self._documentation = documentation

    def find(self, wanted: Wanted, limit: int) -> list[Document]:
        """See `Retrieval`."""
        return self._documentation.searcher.search(wanted.query, limit)


class LlmSearch:
    """The model names the similar API; its documentation is not shown."""

    def __init__(self, documentation: Documentation, naming: Naming) -> None:
        self._documentation, self._naming = documentation, naming

    def find(self, wanted: Wanted, limit: int) -> list[Document]:
        """See `Retrieval`; names that do not exist are left out."""
        found = (self._documentation.named(name) for name in self._naming(wanted))
        return [replace(document, summary="") for document in found if document is not None][:limit]


class LlmDocsSearch:
    """The model names the similar API; the index gives its documentation, and that of names like it."""

    def __init__(self, documentation: Documentation, naming: Naming) -> None:
        self._documentation, self._naming = documentation, naming

    def find(self, wanted: Wanted, limit: int) -> list[Document]:
        """See `Retrieval`; a name that does not exist is searched for."""
        found: dict[str, Document] = {}
        for name in self._naming(wanted):
            exact = self._documentation.named(name)
            if exact is not None:
                found.setdefault(exact.name, exact)
            for document in self._documentation.searcher.search(name, limit):
                found.setdefault(document.name, document)
        return list(found.values())[:limit]


class Manual:
    """A text that the user gives: the APIs of the target that it names, in their order."""

    _NAME = re.compile(r"\b[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)+")

    def __init__(self, documentation: Documentation, text: str) -> None:
        self._documentation, self._text = documentation, text

    @staticmethod
    def read(documentation: Documentation, path: Path) -> Manual:
        """The manual in a file; raises OSError where it cannot be read."""
        return Manual(documentation, path.read_text("utf-8", errors="replace"))

    def find(self, wanted: Wanted, limit: int) -> list[Document]:
        """See `Retrieval`; what stands in a line about the wanted API comes first."""
        index = self._documentation.index
        about = [line for line in self._text.splitlines() if wanted.document.name in line]
        names = [name for line in (*about, self._text) for name in self._NAME.findall(line)]
        found = (self._documentation.named(name) for name in dict.fromkeys(names) if index.holds(name))
        return [document for document in found if document is not None][:limit]


class Nothing:
    """No documentation at all."""

    def find(self, wanted: Wanted, limit: int) -> list[Document]:
        """See `Retrieval`; always empty."""
        return []


def retrieval_of(
    way: Way, documentation: Documentation, naming: Naming, manual: Path | None = None
) -> Retrieval:
    """The retrieval of a name.

    Raises:
        ValueError: `manual` is wanted and no file is given.
        OSError: the file cannot be read.
    """
    match way:
        case Way.DOCS_SEARCH:
            return DocsSearch(documentation)
        case Way.LLM_SEARCH:
            return LlmSearch(documentation, naming)
        case Way.LLM_DOCS_SEARCH:
            return LlmDocsSearch(documentation, naming)
        case Way.MANUAL:
            if manual is None:
                raise ValueError("the documentation 'manual' needs a file")
            return Manual.read(documentation, manual)
        case Way.NONE:
            return Nothing()
