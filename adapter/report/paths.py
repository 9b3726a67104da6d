"""Report: paths as a reader wants to see them."""

from __future__ import annotations

from pathlib import Path

from adapter.plan import FileError, Site


def shown(path: Path) -> str:
    """The path relative to the working directory if it lies inside, else as given; `/` between parts."""
    if not path.is_absolute():
        return path.as_posix()
    try:
        return path.relative_to(Path.cwd()).as_posix()
    except ValueError:
        return path.as_posix()


def site_place(path: Path, site: Site) -> str:
    """`path:line:column`; for a notebook `path:cell N:line:column`, the line counted within the cell."""
    cell = "" if site.cell is None else f"cell {site.cell}:"
    return f"{shown(path)}:{cell}{site.line}:{site.column}"


def error_text(error: FileError) -> str:
    """`path:line:column: message (cure)`."""
    place = ":".join(str(part) for part in (shown(error.path), error.line, error.column) if part is not None)
    return f"{place}: {error.message}" + (f" ({error.remedy})" if error.remedy else "")
