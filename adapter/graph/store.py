"""Where maps come from: the package's own YAML files, read once and kept as checked JSON in a cache."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache, cached_property, partial
from pathlib import Path
from typing import Any

from adapter import __version__
from adapter.graph.load import build_concepts, build_library, check_schema
from adapter.graph.model import Concept, Library, pattern_of
from adapter.graph.signature import SignatureSyntaxError
from adapter.graph.yamlfile import Document, MapError, read_document
from adapter.plan import SiteKind


class UnknownLibraryError(Exception):
    """No map for that library; the message names the nearest ones."""

    def __init__(self, name: str, known: list[str]) -> None:
        close = get_close_matches(name, known, n=3, cutoff=0.5)
        hint = f"did you mean {' or '.join(close)}?" if close else f"known: {', '.join(known)}"
        super().__init__(f"no map for the library {name!r}; {hint}")


@dataclass(frozen=True)
class Atlas:
    """All concepts and all maps that were found, built when first asked for."""

    concept_documents: tuple[Document, ...]
    library_documents: Mapping[str, Document]
    digest: str

    @property
    def names(self) -> list[str]:
        """The libraries that have a map, sorted."""
        return sorted(self.library_documents)

    def named(self, name: str) -> str:
        """The import name of a library: also by a part of it (`ray.tune`) or the name of its distribution."""
        for known, document in self.library_documents.items():
            if name.lower() in (known.lower(), str(document.data.get("distribution", "")).lower()):
                return known
        root = name.partition(".")[0]
        return root if root in self.library_documents else name

    @cached_property
    def concepts(self) -> Mapping[str, Concept]:
        """Every concept by name."""
        return build_concepts(self.concept_documents)

    @cached_property
    def _built(self) -> dict[str, Library]:
        return {}

    def library(self, name: str) -> Library:
        """The map of one library.

        Raises:
            UnknownLibraryError: there is none.
            MapError: it does not hold together.
        """
        if name not in self.library_documents:
            raise UnknownLibraryError(name, self.names)
        if name not in self._built:
            document = self.library_documents[name]
            self._built[name] = build_library(document, self.concepts, self._borrowed(document))
        return self._built[name]

    def _borrowed(self, document: Document) -> list[dict[str, Any]]:
        """The entries of other maps that only write, for the concepts which a map says it writes alike."""
        found: list[dict[str, Any]] = []
        for lender, wanted in document.data.get("writes_like", {}).items():
            if lender not in self.library_documents:
                address = ("writes_like", lender)
                raise document.error(address, f"there is no map of {lender}; known: {', '.join(self.names)}")
            own = {_concept_of(item) for item in document.data["apis"] if "write" in item}
            for item in self.library_documents[lender].data["apis"]:
                concept = _concept_of(item)
                if "api" not in item and concept not in own and any(map(partial(_names, concept), wanted)):
                    found.append(item)
        return found


def _concept_of(item: Mapping[str, Any]) -> str:
    return str(item.get("concept", "")).partition("(")[0]


def _names(concept: str, wanted: str) -> bool:
    """Whether a name of `writes_like` is the concept, or begins like it before a star."""
    return concept.startswith(wanted[:-1]) if wanted.endswith("*") else concept == wanted


def read_atlas(folder: Path) -> Atlas:
    """Reads and checks the maps below a folder that has `concepts/` and `libraries/`.

    Raises:
        MapError: the first thing that is wrong, at its file, line and column.
    """
    texts = _texts(folder)
    digest = _digest(texts)
    documents = {name: read_document(str(folder / name), text) for name, text in texts.items()}
    for name, document in documents.items():
        check_schema(document, "concepts" if name.startswith("concepts/") else "library")
    atlas = _assemble(documents, digest)
    _refuse_shared_claims(atlas.library_documents.values())
    return atlas


def _refuse_shared_claims(documents: Iterable[Document]) -> None:
    """No API of a third package may belong to two libraries: a site of it would be translated twice."""
    claimed: dict[tuple[SiteKind, str], tuple[Document, int]] = {}
    for document in documents:
        library = str(document.data["library"])
        for index, item in enumerate(document.data["apis"]):
            try:
                pattern = pattern_of(item)
            except SignatureSyntaxError:
                # told, with its place, when the map is built
                continue
            if pattern is None or "." not in pattern.name or pattern.name[0].isupper():
                continue
            if pattern.name.startswith(f"{library}."):
                continue
            other, first = claimed.setdefault((pattern.kind, pattern.name), (document, index))
            if other is not document:
                place = other.place(("apis", first, "api"))
                message = f"{pattern.name} is claimed already at {place}; keep one"
                raise document.error(("apis", index, "api"), message)


def _assemble(documents: Mapping[str, Document], digest: str) -> Atlas:
    concepts = tuple(document for name, document in documents.items() if name.startswith("concepts/"))
    libraries: dict[str, Document] = {}
    for name, document in documents.items():
        if name.startswith("concepts/"):
            continue
        library = str(document.data["library"])
        if library in libraries:
            place = libraries[library].place(("library",))
            raise document.error(("library",), f"{library!r} is mapped already at {place}; keep one")
        libraries[library] = document
    return Atlas(concepts, libraries, digest)


def _texts(folder: Path) -> dict[str, str]:
    return {
        f"{part}/{path.name}": _text(path)
        for part in ("concepts", "libraries")
        for path in sorted((folder / part).glob("*.yaml"))
    }


def _text(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except UnicodeDecodeError as error:
        raise MapError(path, 1, 1, f"not UTF-8: {error.reason}; save the file as UTF-8") from error
    except OSError as error:
        raise MapError(path, 1, 1, f"cannot be read: {error.strerror}") from error


def with_files(atlas: Atlas, paths: Sequence[Path]) -> Atlas:
    """An atlas with further map and concept files, checked like its own.

    Raises:
        MapError: a file is wrong, or claims what another one claims; both places are named.
    """
    if not paths:
        return atlas
    texts = {str(path): _text(path) for path in paths}
    documents = {f"concepts/{d.path}": d for d in atlas.concept_documents}
    documents |= {f"libraries/{d.path}": d for d in atlas.library_documents.values()}
    extensions: list[Document] = []
    for name, text in texts.items():
        document = read_document(name, text)
        if "extends" in document.data:
            extensions.append(document)
            continue
        kind = "concepts" if "concepts" in document.data else "library"
        check_schema(document, kind)
        documents[f"{'concepts' if kind == 'concepts' else 'libraries'}/{name}"] = document
    found = _assemble(documents, _digest({"": atlas.digest, **texts}))
    for document in extensions:
        found = _extended(found, document)
    _refuse_shared_claims(found.library_documents.values())
    return found


def _extended(atlas: Atlas, document: Document) -> Atlas:
    """The atlas with the entries of a file that has only `extends` and `apis`."""
    library, items = document.data["extends"], document.data.get("apis")
    if set(document.data) - {"extends", "apis"} or not isinstance(items, list):
        raise document.error((), "a file that extends a map has the keys 'extends' and 'apis' and no others")
    if library not in atlas.library_documents:
        raise document.error(("extends",), str(UnknownLibraryError(str(library), atlas.names)))
    try:
        return with_entries(atlas, str(library), items)
    except MapError as error:
        raise document.error(("apis",), error.message) from error


def _digest(texts: Mapping[str, str]) -> str:
    digest = hashlib.sha256(__version__.encode())
    for name, text in texts.items():
        digest.update(f"\0{name}\0{text}".encode())
    return digest.hexdigest()[:32]


@cache
def packaged_maps() -> Path:
    """The folder of the maps that ship with the package."""
    from importlib.resources import files

    return Path(str(files("api_maps")))


@cache
def packaged_atlas() -> Atlas:
    """The maps that ship with the package; parsed and checked once per content, then cached as JSON."""
    folder = packaged_maps()
    texts = _texts(folder)
    digest = _digest(texts)
    cached = _read_cache(digest)
    if cached is not None:
        return _assemble(
            {name: Document(str(folder / name), data, {}) for name, data in cached.items()}, digest
        )
    atlas = read_atlas(folder)
    for name in atlas.names:
        atlas.library(name)
    kept = {f"concepts/{Path(d.path).name}": d.data for d in atlas.concept_documents}
    kept |= {f"libraries/{Path(d.path).name}": d.data for d in atlas.library_documents.values()}
    write_cache(f"maps-{digest}", kept)
    return atlas


def cache_folder() -> Path:
    """Where derived data is kept; safe to delete at any time."""
    from platformdirs import user_cache_path

    return user_cache_path("mlops-adapter")


def _read_cache(digest: str) -> dict[str, dict[str, Any]] | None:
    found = read_cached(f"maps-{digest}")
    return found if isinstance(found, dict) else None


def read_cached(name: str) -> Any:
    """Derived data by name; None when there is none that can be read."""
    try:
        return json.loads((cache_folder() / f"{name}.json").read_bytes())
    except (OSError, ValueError):
        return None


def write_cache(name: str, data: object) -> None:
    """Keeps derived data; a cache that cannot be written is no error."""
    import os
    import tempfile

    folder = cache_folder()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=folder)
        with os.fdopen(handle, "w", encoding="utf-8") as stream:
            json.dump(data, stream)
        Path(temporary).replace(folder / f"{name}.json")
    except OSError:
        return


def with_entries(atlas: Atlas, library: str, items: Sequence[Mapping[str, Any]]) -> Atlas:
    """The atlas with further entries in the map of a library, tried before the others.

    A new entry takes the place of those that say that its API is a gap.

    Raises:
        UnknownLibraryError: there is no map of that library.
        MapError: an entry does not hold together.
    """
    if library not in atlas.library_documents:
        raise UnknownLibraryError(library, atlas.names)
    document = atlas.library_documents[library]
    claimed = {str(item["api"]).partition("(")[0].strip() for item in items}
    kept = [
        item
        for item in document.data["apis"]
        if not ("gap" in item and str(item.get("api", "")).partition("(")[0].strip() in claimed)
    ]
    data = {**document.data, "apis": [*(dict(item) for item in items), *kept]}
    extended = Document(document.path, data, {})
    check_schema(extended, "library")
    digest = hashlib.sha256(f"{atlas.digest}{library}{json.dumps(items, sort_keys=True)}".encode())
    return Atlas(
        atlas.concept_documents, {**atlas.library_documents, library: extended}, digest.hexdigest()[:32]
    )
