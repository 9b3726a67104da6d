"""Bench: a report as Markdown."""

from __future__ import annotations

from collections.abc import Sequence

from adapter.bench.report.tables import Table


def markdown(title: str, tables: Sequence[Table]) -> str:
    """The tables one below the other, each with how to read it."""
    return "\n".join([f"# {title}", *(_section(table) for table in tables)]) + "\n"


def _section(table: Table) -> str:
    lines = ["", f"## {table.title}", "", table.note, "", _row(table.headings)]
    lines.append(_row(["---"] * len(table.headings)))
    return "\n".join([*lines, *(_row(row) for row in table.rows)])


def _row(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"
