"""What a library's map says about its names, in the form that the names room asks for."""

from __future__ import annotations

from adapter.graph.model import Library
from adapter.graph.signature import ANY_MEMBER
from adapter.names.catalog import LibraryCatalog
from adapter.plan import SiteKind

_BUILTIN_METHODS = frozenset(
    name
    for kind in (dict, list, set, str, bytes, tuple, int, float)
    for name in dir(kind)
    if not name.startswith("_")
) | frozenset(
    "read write close open seek flush group save start stop join wait fit predict iterrows link file "
    "download restore finalize".split()
)


def catalog_of(library: Library, *, separate_elements: bool = False) -> LibraryCatalog:
    """The catalog of a library: makers, aliases, foreign names, methods that mark a possible site.

    With `separate_elements` each subscript of a chain is a site of its own.
    """
    makers = {made: kind.name for kind in library.types.values() for made in kind.made_by}
    makers |= dict.fromkeys(library.plain, "")
    prefix = f"{library.name}."
    calls = [entry for entry in library.entries if entry.pattern and entry.pattern.kind is SiteKind.CALL]
    names = [key for entry in library.entries for key in entry.keys]
    methods = {
        key.rpartition(".")[2]
        for entry in calls
        for key in entry.keys
        if key.rpartition(".")[0] in library.types
    }
    keyword_values: dict[str, frozenset[str]] = {}
    for entry in library.entries:
        if entry.pattern and entry.pattern.kind is SiteKind.KEYWORD:
            keyword, _, value = entry.pattern.name.partition("=")
            keyword_values[keyword] = keyword_values.get(keyword, frozenset()) | {value}
    return LibraryCatalog(
        root=library.name,
        foreign={**{name: name for name in library.foreign_roots}, **_foreign_aliases(library)},
        makers=makers,
        aliases={k: v for k, v in library.aliases.items() if k.startswith(prefix)},
        methods=frozenset(methods - _BUILTIN_METHODS),
        exports=frozenset(
            name[len(prefix) :].split(".")[0].rstrip("[]") for name in names if name.startswith(prefix)
        ),
        keyword_values=keyword_values,
        separate_elements=separate_elements,
        callbacks={call: kind.name for kind in library.types.values() for call in kind.passed_by},
        environment_prefixes=library.environment_prefixes,
        data_members=_data_members(library),
    )


def _foreign_aliases(library: Library) -> dict[str, str]:
    prefix = f"{library.name}."
    return {name: target for name, target in library.aliases.items() if not name.startswith(prefix)}


def _data_members(library: Library) -> dict[str, frozenset[str]]:
    """Types of which any member may be read: such members are data, all that the map names apart are not."""
    members: dict[str, set[str]] = {name: set() for name in library.types}
    any_member: set[str] = set()
    for entry in library.entries:
        for key in entry.keys:
            owner, _, member = key.rpartition(".")
            if owner in members and member == ANY_MEMBER:
                any_member.add(owner)
            elif owner in members:
                members[owner].add(member)
    return {owner: frozenset(members[owner]) for owner in any_member}
