"""Fits: where a library that patches an estimator's `fit` records, and what is said there instead."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tree_sitter import Node

from adapter.names.uses import Names
from adapter.plan import GapReason
from adapter.source.text import Source
from adapter.translate.context import context_of
from adapter.translate.lift import Bound, NoPathError

PATCHED = "tracking.autolog_estimators"
RECORDED = "tracking.log_fit"
_NO_ESTIMATORS = ("preprocessing", "impute", "feature_extraction", "feature_selection", "compose")
_ROOT = "sklearn."


@dataclass(frozen=True, slots=True)
class Fit:
    """`model.fit(inputs, outputs)` as a statement of its own."""

    statement: Node
    model: Node
    inputs: Node
    outputs: Node | None


def fits_recorded_by(site: Node, starts: Sequence[Bound], source: Source, names: Names) -> list[Fit]:
    """The fits of scikit-learn's estimators that a call of autolog records.

    Raises:
        NoPathError: there is none, or one of which it cannot be told what it fits or where.
    """
    found: list[Fit] = []
    home = names.scope_of(site)
    for call in _fit_calls(source):
        scope = names.scope_of(call)
        if call.start_byte < site.start_byte or (home.type != "module" and scope.id != home.id):
            continue
        if not names.is_bound_to_package(_receiver(call), _ROOT, _NO_ESTIMATORS):
            raise _left(call, source, "is not seen to be of an estimator of scikit-learn")
        fit = _as_fit(call)
        if fit is None:
            raise _left(call, source, "is no statement of its own with plain data")
        if not any(_runs_in(call, start, names) for start in starts):
            raise _left(call, source, "stands where no run is seen to be active")
        found.append(fit)
    if not found:
        raise NoPathError(GapReason.VALUE, "no fit of an estimator is seen that it could record")
    return found


def _left(call: Node, source: Source, why: str) -> NoPathError:
    return NoPathError(GapReason.VALUE, f"the fit at line {source.position(call.start_byte)[0]} {why}")


def _fit_calls(source: Source) -> Iterator[Node]:
    """Calls of a method `fit`, in source order."""
    data, root = source.data, source.tree.root_node
    at = data.find(b".fit(")
    while at >= 0:
        name = root.descendant_for_byte_range(at + 1, at + 4)
        attribute = name.parent if name is not None else None
        call = attribute.parent if attribute is not None and attribute.type == "attribute" else None
        if call is not None and call.type == "call":
            yield call
        at = data.find(b".fit(", at + 1)


def _receiver(call: Node) -> Node:
    function = call.child_by_field_name("function")
    receiver = function.child_by_field_name("object") if function is not None else None
    return receiver or call


def _as_fit(call: Node) -> Fit | None:
    context = context_of(call)
    arguments = call.child_by_field_name("arguments")
    given = [node for node in arguments.named_children if node.type != "comment"] if arguments else []
    plain = [node for node in given if node.type in ("identifier", "attribute", "subscript")]
    if (
        not context.alone
        or _receiver(call).type != "identifier"
        or not 1 <= len(given) <= 2
        or plain != given
    ):
        return None
    return Fit(context.statement, _receiver(call), given[0], given[1] if len(given) > 1 else None)


def _runs_in(call: Node, start: Bound, names: Names) -> bool:
    """Whether a run is started around a call, or before it in the same function."""
    opened = context_of(start.use.node)
    if opened.with_item is not None:
        return opened.statement.start_byte <= call.start_byte < opened.statement.end_byte
    is_before = start.use.node.start_byte < call.start_byte
    return is_before and names.scope_of(start.use.node).id == names.scope_of(call).id
