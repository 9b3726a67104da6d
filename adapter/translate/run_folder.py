"""The folder of a run: what is saved there is stored with the run, which other libraries have to be told."""

from __future__ import annotations

import re
from dataclasses import dataclass

from tree_sitter import Node

from adapter.plan import GapReason
from adapter.translate.lift import NoPathError

FOLDER = "tracking.run_folder"
STORED = "tracking.save_file"
_WRITES = re.compile(rb"(?:.*\.)?(?:save\w*|dump|imwrite|to_(?:csv|json|parquet|pickle|excel|html))")


@dataclass(frozen=True, slots=True)
class SavedInFolder:
    """`os.path.join(FOLDER, a, b)` within the call that writes the file: the whole, and what is behind."""

    path: Node
    rest: list[Node]


def saved_in_folder(site: Node) -> SavedInFolder:
    """The path below the folder of a run that a site reads, in a call that saves a file there.

    Raises:
        NoPathError: the folder is used in another way.
    """
    arguments = site.parent
    path = arguments.parent if arguments is not None and arguments.type == "argument_list" else None
    joins = path is not None and _called(path).endswith((b"path.join", b"Path"))
    if path is None or arguments is None or not joins or arguments.named_children[0] != site:
        raise NoPathError(GapReason.NO_EDGE, "what is done with the folder of the run is not seen here")
    rest = arguments.named_children[1:]
    saving = path.parent.parent if path.parent is not None and path.parent.type == "argument_list" else None
    if not rest or saving is None or not _WRITES.fullmatch(_called(saving)):
        raise NoPathError(GapReason.NO_EDGE, "no call is seen that saves a file in the folder of the run")
    return SavedInFolder(path, rest)


def _called(call: Node) -> bytes:
    function = call.child_by_field_name("function") if call.type == "call" else None
    return (function.text or b"") if function is not None else b""
