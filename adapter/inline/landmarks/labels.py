"""inline: the labels beside shown values, and the names that they give."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from tree_sitter import Node

from adapter.inline.landmarks.messages import Piece
from adapter.inline.landmarks.words import Part

_SPLIT = re.compile(r"[,;|\t\n()\[\]{}>]|\.\s|\.$|\s-+\s|^-+|-{2,}|={2,}|\*{2,}|#+|:(?=\s*\S)|→|=>|->")
_TRAILING = re.compile(r"[\s:=\-~≈@*'\"$]+$")
_LEADING = re.compile(r"^[\s:=\-~≈*'\"%.]+")
_WORD = re.compile(r"[A-Za-z][A-Za-z0-9_@²]*|\d+")
_LIKE_A_CALL = re.compile(r"(?:^|\s)[A-Za-z]\w*\([A-Za-z][\w()]*\)$")
_SPREAD = re.compile(r"\+/?-|±|\+ ?or ?-")
_CROSSED = re.compile(r"cross.?val\w*", re.IGNORECASE)
_BETWEEN = re.compile(r"^\s*[:=|>-]+\s*$")
# the short name of a metric, and what it is measured on: `mean squared error (MSE) on test set`
_BRACKETED = re.compile(r"\(([A-Za-z][\w -]*)\)\s+([A-Za-z][\w ]*)$")
_UNITS = frozenset({"s", "sec", "secs", "seconds", "ms", "min", "mins", "minutes", "hours"})
_FILLERS = frozenset(
    {"the", "a", "of", "for", "on", "with", "is", "was", "at", "in", "to", "and", "our", "its"}
)
METRICS = frozenset(
    """best
    loss losses acc accuracy error err mse rmse mae mape msle r2 f1 auc auroc roc precision recall score
    ppl perplexity bleu rouge iou miou dice psnr ssim reward rewards return kl kld elbo bpd nll bce ce
    mcc kappa logloss log_loss top1 top5 map ap wer cer gap lr likelihood entropy time elapsed duration
    runtime throughput silhouette inertia homogeneity completeness cost objective fid lossd lossg errd
    errg grad norm gradnorm margin sensitivity specificity coverage hits mrr ndcg regret deviation std
    penalty distance similarity correlation r2_score f1_score rate temperature beta epsilon jaccard
    hinge brier energy fitness""".split()
)
COUNTERS = frozenset(
    """epoch epochs ep step steps iter iters iteration iterations batch batches fold folds episode episodes
    trial trials round rounds sample samples size length total count number n num shape params
    parameters seed device rank class classes label labels vocab index id file path name version images
    image tokens saved model loaded using frame timestep timesteps repeat run worker gpu gpus update
    updates eta patience train_size""".split()
)
_PARTS = {
    Part.TRAIN: frozenset({"train", "training", "tr", "trn"}),
    Part.VALIDATION: frozenset({"val", "valid", "validation", "dev", "eval", "evaluation", "holdout"}),
    Part.TEST: frozenset({"test", "testing", "tst"}),
}
_PREFIXES = {Part.TRAIN: "train", Part.VALIDATION: "val", Part.TEST: "test"}


@dataclass(frozen=True, slots=True)
class Labelled:
    """A shown value with its label, and what precedes the first label of the message.

    `progress` says that it counts out of a total: `[{done}/{total}`. `named_by` is the value that stands
    where a label would: `{name}: {score}`.
    """

    piece: Piece
    label: str
    heading: str
    progress: bool = False
    named_by: Node | None = None


def labelled(pieces: Sequence[Piece]) -> list[Labelled]:
    """The values of a message with their labels; a label stands before its value, rarely behind it."""
    pieces = _merged(pieces)
    found: list[Labelled] = []
    heading = ""
    for index, piece in enumerate(pieces):
        if piece.value is None:
            continue
        before = pieces[index - 1].text if index and pieces[index - 1].value is None else ""
        behind = pieces[index + 1].text if index + 1 < len(pieces) else ""
        label, rest = (piece.label, "") if piece.label else _label_before(before)
        if not label or not is_metric(label):
            label = _label_behind(behind, last=index + 2 >= len(pieces)) or label
        if not found:
            heading = rest or (_without(label, COUNTERS) if is_counter(label) else "")
        if found and _SPREAD.search(before):
            label = f"{found[-1].label} std".strip()
        out_of = behind.lstrip().startswith(("/", "of ", "out of ")) or before.rstrip().endswith("/")
        share = before.rstrip().endswith("(") and found and found[-1].progress
        if share:
            label = next((item.label for item in reversed(found) if item.label), "")
        named_by = pieces[index - 2].value if index > 1 and not label and _BETWEEN.match(before) else None
        found.append(Labelled(piece, label, heading, out_of, named_by))
    return found


def _merged(pieces: Sequence[Piece]) -> list[Piece]:
    """The pieces with neighbouring texts made one."""
    found: list[Piece] = []
    for piece in pieces:
        if piece.value is None and found and found[-1].value is None:
            found[-1] = Piece(found[-1].text + piece.text)
        elif piece.value is not None or piece.text:
            found.append(piece)
    return found


def _label_before(text: str) -> tuple[str, str]:
    """The label at the end of a text, and what is before it."""
    stripped = _TRAILING.sub("", text)
    if stripped.endswith(("/", "[", "{")):
        return "", stripped
    stripped = stripped.rstrip("(").rstrip()
    if (call := _LIKE_A_CALL.search(stripped)) is not None:
        return call[0].strip(), stripped[: call.start()]
    bracketed = _BRACKETED.search(stripped)
    if bracketed is not None and is_metric(bracketed[1]) and not is_metric(bracketed[2]):
        return f"{bracketed[1]} {bracketed[2]}", stripped[: bracketed.start()]
    parts = _SPLIT.split(stripped)
    label = _LEADING.sub("", parts[-1]).strip() if parts else ""
    if all(word in _FILLERS for word in words_of(label)):
        label = ""
    rest = stripped[: len(stripped) - len(parts[-1])] if parts else ""
    return (label if re.search(r"[A-Za-z]", label) else ""), rest


def _label_behind(text: str, *, last: bool) -> str:
    """The label behind a value: `{acc:.2f}% accuracy`; what stands right before the next value is not."""
    parts = _SPLIT.split(_LEADING.sub("", text))
    part = parts[0].strip()
    words = _WORD.findall(part)
    if not words or (not last and len(parts) < 2):
        return ""
    if len(words) == 1 and words[0] in _UNITS:
        return "time"
    return part if is_metric(part) and not is_counter(part) else ""


def words_of(text: str) -> list[str]:
    """The words of a label or identifier in lower case, CamelCase and snake_case taken apart."""
    found = []
    for word in _WORD.findall(text):
        spaced = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", word).replace("_", " ")
        found += spaced.lower().split()
    return found


def is_metric(text: str) -> bool:
    """Whether a label or identifier names something that is measured."""
    whole = text.strip().lower()
    return whole in METRICS or any(word in METRICS for word in words_of(text))


def is_part(text: str) -> bool:
    """Whether a label names a part of the data and nothing else: `train: {loss}`."""
    words = words_of(text)
    return len(words) == 1 and part_of(text) is not Part.UNKNOWN


def is_counter(text: str) -> bool:
    """Whether a label or identifier names something that is merely counted or described."""
    words = words_of(text)
    return bool(words) and words[-1] in COUNTERS


def part_of(text: str) -> Part:
    """The part of the data that a text speaks of; of several the first."""
    for word in words_of(_CROSSED.sub(" ", text)):
        for part, known in _PARTS.items():
            if word in known:
                return part
    return Part.UNKNOWN


def prefixed(part: Part, name: str) -> str:
    """A metric's name with the part of the data in front: "average_loss" of the test is "test_loss"."""
    if part not in _PREFIXES:
        return name
    shorter = re.sub(r"^(average|avg|mean)_", "", name)
    return f"{_PREFIXES[part]}_{shorter}"


def metric_name(label: str) -> str:
    """The name of a metric from its label: "Val Loss" gives "val_loss", a sentence its measured word."""
    if not _LIKE_A_CALL.search(label):
        label = re.sub(r"\([^)]*\)?", " ", label)
    words = _WORD.findall(label.replace("^", "").replace("%", " "))
    if len(words) > 1 and words[-1].lower() in _UNITS:
        words = words[:-1]
    words = [word for word in words if word.lower() not in _FILLERS] or words
    if len(words) > 3:
        words = _essence(words)
    return "_".join(words).lower().strip("_")


def _essence(words: list[str]) -> list[str]:
    """The measured words of a sentence, with the part of the data in front."""
    measured = [word for word in words if is_metric(word)]
    if not measured:
        return words[-3:]
    part = part_of(" ".join(words))
    if part in _PREFIXES and not any(part_of(word) is part for word in measured):
        return [_PREFIXES[part], *measured[:2]]
    return measured[:2]


def _without(label: str, words: frozenset[str]) -> str:
    return " ".join(word for word in _WORD.findall(label) if word.lower() not in words)
