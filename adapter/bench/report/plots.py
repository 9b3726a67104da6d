"""Bench: the plots of a report, as PNG."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

from adapter.bench.failures import Failure
from adapter.bench.report.labels import labels
from adapter.bench.summary import ALL, Rates, cell_order

# Colours that colour-blind readers can tell apart (M. Okabe and K. Ito, 2008).
_COLORS = ("#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00", "#F0E442", "#555555")


def all_plots(found: Sequence[Rates]) -> dict[str, bytes]:
    """Every plot by its name, without the extension."""
    plots = {"families": families(found)}
    if any(rate.failures for rate in found):
        plots["failures"] = failures(found)
    if any(rate.cell.arm != "rules" for rate in found):
        plots["settings"] = settings(found)
    return plots


def families(found: Sequence[Rates]) -> bytes:
    """Pass@1 by family, a bar per cell, with its interval."""
    groups = [*sorted({rate.group for rate in found} - {ALL}), ALL]
    cells = sorted({rate.cell for rate in found}, key=cell_order)
    by_key = {(rate.cell, rate.group): rate for rate in found}
    names = labels(cells)
    figure, axes = _axes(min(max(7.0, 1.2 * len(groups) + 0.35 * len(groups) * len(cells)), 13.0), 4.2)
    width = 0.8 / len(cells)
    for number, cell in enumerate(cells):
        present = [
            (place, by_key[cell, group].pass_1)
            for place, group in enumerate(groups)
            if (cell, group) in by_key
        ]
        places = [place + (number - (len(cells) - 1) / 2) * width for place, _ in present]
        heights = [interval.value * 100 for _, interval in present]
        errors = [
            [max(interval.value - interval.low, 0) * 100 for _, interval in present],
            [max(interval.high - interval.value, 0) * 100 for _, interval in present],
        ]
        axes.bar(
            places,
            heights,
            width * 0.92,
            yerr=errors,
            capsize=2,
            label=names[cell],
            color=_COLORS[number % len(_COLORS)],
        )
    axes.set_xticks(range(len(groups)), groups)
    axes.set_ylim(0, 105)
    axes.set_ylabel("Pass@1, %")
    axes.legend(loc="upper center", bbox_to_anchor=(0.5, -0.1), fontsize=8, frameon=False, ncols=2)
    return _png(figure)


def failures(found: Sequence[Rates]) -> bytes:
    """What became of the answers of each cell, as shares of all of them."""
    rows = [rate for rate in found if rate.group == ALL]
    names = labels(rate.cell for rate in rows)
    figure, axes = _axes(9, 1.2 + 0.42 * len(rows))
    left = [0.0] * len(rows)
    parts = [("right", [rate.passed for rate in rows])]
    parts += [(kind.value, [rate.failures[kind] for rate in rows]) for kind in Failure]
    for number, (name, counts) in enumerate(part for part in parts if any(part[1])):
        shares = [100 * count / rate.trials for count, rate in zip(counts, rows, strict=True)]
        axes.barh(
            range(len(rows)),
            shares,
            left=left,
            label=name,
            color=_COLORS[(number + 2) % len(_COLORS)],
            height=0.7,
        )
        left = [one + other for one, other in zip(left, shares, strict=True)]
    axes.set_yticks(range(len(rows)), [names[rate.cell] for rate in rows], fontsize=8)
    axes.invert_yaxis()
    axes.set_xlim(0, 100)
    axes.set_xlabel("share of answers, %")
    axes.legend(loc="upper center", bbox_to_anchor=(0.4, -0.35), fontsize=8, frameon=False, ncols=5)
    return _png(figure)


def settings(found: Sequence[Rates]) -> bytes:
    """Pass@1 over programs for each way of documentation and each temperature of the arms with a model."""
    rows = [rate for rate in found if rate.group == ALL and rate.cell.arm != "rules"]
    names = labels(rate.cell for rate in rows)
    figure, axes = _axes(8, 1.2 + 0.4 * len(rows))
    for place, rate in enumerate(rows):
        color = _COLORS[0] if rate.cell.arm == "hybrid" else _COLORS[1]
        axes.plot(rate.mean.value * 100, place, "o", color=color)
        axes.plot([rate.mean.low * 100, rate.mean.high * 100], [place, place], color=color)
    axes.set_yticks(range(len(rows)), [names[rate.cell] for rate in rows], fontsize=8)
    axes.invert_yaxis()
    axes.set_xlim(-2, 102)
    axes.set_xlabel("Pass@1, mean over programs with interval, %")
    return _png(figure)


def _axes(width: float, height: float) -> tuple[Any, Any]:
    from matplotlib.figure import Figure

    figure = Figure(figsize=(width, height), layout="constrained")
    axes = figure.add_subplot()
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    axes.grid(axis="both", alpha=0.25)
    axes.set_axisbelow(True)
    return figure, axes


def _png(figure: Any) -> bytes:
    stream = io.BytesIO()
    # Without a date the same run gives the same file.
    figure.savefig(stream, format="png", dpi=130, metadata={"Software": None})
    return stream.getvalue()
