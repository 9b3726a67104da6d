"""inline: names that code reads and that nothing binds: what a rewrite must not leave behind."""

from __future__ import annotations

import builtins
import symtable

from adapter.source.text import Source

_KNOWN = frozenset(dir(builtins)) | {"__file__", "__name__", "__doc__", "__package__", "__spec__"}


def unbound_names(source: Source) -> frozenset[str] | None:
    """The names that a program reads and that it binds nowhere they could come from.

    None where that cannot be told: a star import may bring any name, and not everything in a notebook is
    Python.
    """
    try:
        table = symtable.symtable(source.data.decode(), str(source.path), "exec")
    except (SyntaxError, ValueError):
        return None
    tables = [table]
    for each in tables:
        tables += each.get_children()
    if any(symbol.get_name() == "*" for symbol in table.get_symbols()) or b"import *" in source.data:
        return None
    bound = {symbol.get_name() for symbol in table.get_symbols() if _is_bound(symbol)}
    bound |= {
        symbol.get_name()
        for each in tables
        for symbol in each.get_symbols()
        if symbol.is_declared_global() and symbol.is_assigned()
    }
    read = {
        symbol.get_name()
        for each in tables
        for symbol in each.get_symbols()
        if symbol.is_referenced() and (symbol.is_global() or (each is table and not _is_bound(symbol)))
    }
    return frozenset(read - bound - _KNOWN)


def _is_bound(symbol: symtable.Symbol) -> bool:
    return symbol.is_assigned() or symbol.is_imported() or symbol.is_namespace()
