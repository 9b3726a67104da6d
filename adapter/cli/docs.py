"""Command line: `adapter docs`: the documentation in which candidates for a model are found."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from adapter.cli.exits import failure

if TYPE_CHECKING:
    from adapter.retrieval.strategies import Documentation

app = typer.Typer(help="Documentation of installed libraries.", no_args_is_help=True)

Library = Annotated[str, typer.Argument(metavar="LIB", help="An installed distribution.", show_default=False)]
Meaning = Annotated[
    bool, typer.Option("--by-meaning", help="Also by sentence embeddings, which takes minutes to build once.")
]


@app.command("build", no_args_is_help=True)
def build(library: Library, by_meaning: Meaning = False) -> None:
    """Read signatures and docstrings of a library from its files and keep them for searching."""
    from adapter.retrieval.documents import build_documents, documents_file, keep_documents

    documentation = _documentation(library, by_meaning=by_meaning)
    index = documentation.index
    documents = build_documents(index)
    keep_documents(documents_file(index), documents)
    _searched(documentation, "log", 1)
    typer.echo(f"{index.distribution} {index.version}: {len(documents)} documents", err=True)


@app.command("search", no_args_is_help=True)
def search(
    library: Library,
    query: Annotated[list[str], typer.Argument(metavar="WORD...", help="Words or code.", show_default=False)],
    limit: Annotated[int, typer.Option("--limit", metavar="N", min=1, help="How many.")] = 8,
    by_meaning: Meaning = False,
) -> None:
    """Print what a library offers for some words, the best first."""
    documentation = _documentation(library, by_meaning=by_meaning)
    for line in _searched(documentation, " ".join(query), limit):
        typer.echo(line)


def _documentation(library: str, *, by_meaning: bool) -> Documentation:
    from adapter.graph.api_index import installed
    from adapter.retrieval.strategies import Documentation

    try:
        return Documentation(installed(library), by_meaning=by_meaning)
    except LookupError as error:
        raise failure(str(error)) from error


def _searched(documentation: Documentation, query: str, limit: int) -> list[str]:
    from adapter.retrieval.search import MissingPackageError

    try:
        return [document.line for document in documentation.searcher.search(query, limit)]
    except MissingPackageError as error:
        raise failure(str(error)) from error
