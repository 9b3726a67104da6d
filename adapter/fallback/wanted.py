"""fallback: what is known of the API that is asked about: from its library's files, else from its use."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

from adapter.fallback.fence.nodes import text
from adapter.graph.api_index import Api, ApiIndex, installed
from adapter.graph.model import Library
from adapter.names.uses import Use
from adapter.retrieval.documents import Document, document_of
from adapter.retrieval.strategies import Wanted
from adapter.translate.context import statement_of

_LONGEST_EXAMPLE = 300


@cache
def index_of(distribution: str) -> ApiIndex | None:
    """The API index of a distribution; None when it is not installed here."""
    try:
        return installed(distribution)
    except LookupError:
        return None


def find_api(name: str, library: Library) -> Api | None:
    """What the library's own files say of a name; types of the map are looked up by what makes them."""
    index = index_of(library.distribution)
    if index is None:
        return None
    owner, _, member = name.rpartition(".")
    made_by = library.types[owner].made_by if owner in library.types else ()
    for each in (name, *(f"{maker}.{member}" for maker in made_by)):
        try:
            return index.find(each)
        except LookupError:
            continue
    return None


def wanted_of(use: Use, library: Library) -> Wanted:
    """The API of a site, with the statement around it as an example."""
    api = find_api(use.api, library)
    document = document_of(api) if api is not None else Document(use.api, _as_used(use), "")
    if document.name != use.api:
        document = Document(use.api, document.signature, document.summary, document.deprecated)
    example = " ".join(text(statement_of(use.node)).split())
    return Wanted(document, example[:_LONGEST_EXAMPLE])


def _as_used(use: Use) -> str:
    """A signature as far as one call tells it."""
    if use.call is None:
        return use.api
    positional, keywords = given_arguments(use)
    names = [f"argument_{number + 1}" for number in range(positional)]
    return f"{use.api}({', '.join([*names, *keywords])})"


def given_arguments(use: Use) -> tuple[int, list[str]]:
    """How many positional arguments a call gives, and the keywords."""
    arguments = use.call.child_by_field_name("arguments") if use.call is not None else None
    nodes = [node for node in (arguments.named_children if arguments else []) if node.type != "comment"]
    keywords = [
        text(name)
        for node in nodes
        if node.type == "keyword_argument" and (name := node.child_by_field_name("name")) is not None
    ]
    return len(nodes) - len(keywords), keywords


def distinct(uses: Iterable[Use]) -> list[Use]:
    """The first site of each API, in order."""
    found: dict[str, Use] = {}
    for use in uses:
        found.setdefault(use.api, use)
    return list(found.values())
