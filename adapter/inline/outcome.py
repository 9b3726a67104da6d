"""inline: what a recipe makes of one script."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeAlias

from tree_sitter import Node

from adapter.graph.store import Atlas
from adapter.inline.landmarks.model import Landmarks
from adapter.inline.recipe import Request
from adapter.inline.script import Script
from adapter.inline.writing import ConceptWriter
from adapter.plan import Change, Edit, Fidelity, Gap, GapReason, Site, SiteKind, Span


@dataclass(slots=True)
class Outcome:
    """The changes to one script and what is said about them; imports as statements.

    A recipe is applied whole or not at all: with a gap there are no changes.
    """

    changes: list[Change] = field(default_factory=list)
    imports: list[str] = field(default_factory=list)
    edits: list[Edit] = field(default_factory=list)
    gaps: list[Gap] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Work:
    """All that an engine needs to carry out a recipe on one script."""

    script: Script
    landmarks: Landmarks
    request: Request
    atlas: Atlas
    writer: ConceptWriter


Engine: TypeAlias = Callable[[Work], Outcome]


def landmark_site(script: Script, node: Node, landmark: str) -> Site:
    """The place of a landmark; what it is stands where a translated site has its API."""
    return script.source.site(Span(node.start_byte, node.end_byte), SiteKind.LANDMARK, landmark)


def landmark_edit(
    work: Work, node: Node, landmark: str, to: str, *, note: str = "", fidelity: Fidelity = Fidelity.EXACT
) -> Edit:
    """An edit at a landmark; `to` is what was put there."""
    rule = f"inline/{work.request.recipe.name}: {landmark}"
    return Edit(landmark_site(work.script, node, landmark), to, rule, fidelity, note)


def landmark_gap(script: Script, node: Node, landmark: str, detail: str) -> Gap:
    """A landmark that is missing or cannot be used; `detail` says what was looked for, where, and why not."""
    return Gap(landmark_site(script, node, landmark), GapReason.LANDMARK, detail)
