"""retrieval: what a library offers, as short texts that can be searched and shown to a model."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from adapter.graph.api_index import Api, ApiIndex, ApiKind
from adapter.graph.store import cache_folder

_SENTENCE = re.compile(r"(.+?[.!?])(?:\s|$)", re.DOTALL)
_LONGEST = 110
_DEEPEST = 4
_PARAMETERS_SHOWN = 7


@dataclass(frozen=True, slots=True)
class Document:
    """One API: its qualified name, its signature, the first sentence about it, what is deprecated."""

    name: str
    signature: str
    summary: str
    deprecated: str = ""

    @property
    def line(self) -> str:
        """The document as a line of a prompt."""
        return f"{self.signature}" + (f": {self.summary}" if self.summary else "")

    @property
    def words(self) -> str:
        """The text that is searched: the name in its parts, and what is said about it."""
        parts = re.sub(r"([a-z])([A-Z])", r"\1 \2", re.sub(r"[._(),:=*]+", " ", self.signature))
        return f"{parts} {self.summary}"


def document_of(api: Api) -> Document:
    """The document of one API."""
    return Document(api.name, short_signature(api), first_sentence(api.docstring), api.deprecated)


def first_sentence(docstring: str) -> str:
    """The first sentence, on one line, of at most 110 characters."""
    paragraph = " ".join(docstring.strip().split("\n\n")[0].split())
    match = _SENTENCE.match(paragraph)
    sentence = match[1] if match else paragraph
    return sentence if len(sentence) <= _LONGEST else sentence[: _LONGEST - 3].rstrip() + "..."


def short_signature(api: Api) -> str:
    """The signature without annotations and with at most seven parameters, for models to read."""
    if not api.callable or api.parameters is None:
        return api.name if not api.callable else f"{api.name}(...)"
    shown = [
        ("*" if p.kind == "VAR_POSITIONAL" else "**" if p.kind == "VAR_KEYWORD" else "")
        + p.name
        + ("" if p.default is None or p.kind.startswith("VAR_") else f"={_short(p.default)}")
        for p in api.parameters[:_PARAMETERS_SHOWN]
    ]
    rest = ["..."] if len(api.parameters) > _PARAMETERS_SHOWN else []
    return f"{api.name}({', '.join([*shown, *rest])})"


def _short(default: str) -> str:
    return default if len(default) <= 20 else "..."


def build_documents(index: ApiIndex) -> list[Document]:
    """The documents of all that can be called or read at no great depth, in the order of their names.

    Reads the whole package: a minute for a large one.
    """
    kinds = (ApiKind.FUNCTION, ApiKind.METHOD, ApiKind.CLASS)
    return [
        document_of(api)
        for api in index.public()
        if api.kind in kinds and api.name.count(".") < _DEEPEST and api.docstring
    ]


def documents_file(index: ApiIndex) -> Path:
    """Where the documents of one version of a library are kept."""
    return cache_folder() / "docs" / f"{index.distribution.lower()}-{index.version}.json"


def read_documents(index: ApiIndex) -> list[Document]:
    """The documents of a library, from the cache or built and kept there."""
    path = documents_file(index)
    try:
        return [Document(**item) for item in json.loads(path.read_text("utf-8"))]
    except (OSError, ValueError, TypeError):
        documents = build_documents(index)
    keep_documents(path, documents)
    return documents


def keep_documents(path: Path, documents: Sequence[Document]) -> None:
    """Keep documents; a cache that cannot be written is no error."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary = path.with_suffix(".part")
        temporary.write_text(json.dumps([asdict(document) for document in documents]), "utf-8")
        temporary.replace(path)
    except OSError:
        return
