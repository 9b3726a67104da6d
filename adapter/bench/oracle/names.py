"""Oracle: when two names or two values mean the same."""

from __future__ import annotations

import ast
import math
import re
from collections.abc import Iterable, Mapping
from decimal import Decimal, InvalidOperation

# Words for one thing, as people abbreviate them in metric and parameter names.
SYNONYMS = {
    "acc": "accuracy",
    "val": "validation",
    "valid": "validation",
    "dev": "validation",
    "tr": "train",
    "training": "train",
    "testing": "test",
    "lr": "learning rate",
    "bs": "batch size",
    "wd": "weight decay",
    "g": "generator",
    "gen": "generator",
    "d": "discriminator",
    "disc": "discriminator",
    "std": "deviation",
    "dim": "dimension",
    "params": "parameters",
}
# Words that say nothing about which value it is.
FILLERS = frozenset(
    {"num", "n", "number", "of", "the", "avg", "average", "mean", "current", "final", "score"}
)
WORDS = re.compile(r"[a-z]+|[A-Z]+(?![a-z])|[A-Z][a-z]*|\d+")


def normal(name: str) -> tuple[str, ...]:
    """The words of a name in normal form, in no order: `loss_G` and `generator/loss` are the same."""
    words = [word.lower() for word in WORDS.findall(name)]
    full = [part for word in words for part in SYNONYMS.get(word, word).split()]
    kept = [word for word in full if word not in FILLERS]
    return tuple(sorted(kept or full))


def same_name(left: str, right: str) -> bool:
    """Whether two names mean the same value."""
    return normal(left) == normal(right)


def find_names(wanted: Iterable[str], recorded: Iterable[str]) -> list[str]:
    """The recorded names that mean one of the wanted ones; an equal name comes first."""
    wanted = list(wanted)
    forms = {normal(name) for name in wanted}
    fitting = [name for name in recorded if normal(name) in forms]
    return sorted(fitting, key=lambda name: name not in wanted)


def printed_tolerance(text: str) -> float:
    """How far a value may be from the number it was printed as: half a unit of the last digit."""
    try:
        exponent = Decimal(text).as_tuple().exponent
    except InvalidOperation:
        return 0.0
    return 0.5 * 10.0**exponent if isinstance(exponent, int) else 0.0


def agrees(value: float, text: str, scale: float = 1.0) -> bool:
    """Whether a recorded value is what was printed, up to the printed precision and single precision."""
    number = float(text)
    if math.isnan(number) or math.isnan(value):
        return math.isnan(number) and math.isnan(value)
    slack = printed_tolerance(text) * 1.01 + 1e-6 * abs(number)
    return abs(value * scale - number) <= slack


def same_value(recorded: str, wanted: object) -> bool:
    """Whether the text of a recorded parameter says the wanted value."""
    if isinstance(wanted, bool):  # TensorBoard's hyper-parameters know no truth values
        return recorded.strip().lower() in {str(wanted).lower(), str(int(wanted))}
    if wanted is None:
        return recorded.strip().lower() == "none"
    literal = _literal(recorded)
    if isinstance(wanted, int | float):
        plain = isinstance(literal, int | float) and not isinstance(literal, bool)
        return plain and math.isclose(float(literal), float(wanted), rel_tol=1e-6)  # type: ignore[arg-type]
    if isinstance(wanted, list | tuple):
        return isinstance(literal, list | tuple) and list(literal) == list(wanted)
    return recorded.strip().strip("'\"") == str(wanted)


def flattened(params: Mapping[str, str]) -> dict[str, str]:
    """Parameters with the entries of those that are dictionaries beside them, by path and by last name."""
    found = dict(params)
    for name, text in params.items():
        value = _literal(text)
        if isinstance(value, dict):
            inner = flattened({str(key): str(item) for key, item in value.items()})
            for key, item in inner.items():
                found.setdefault(f"{name}.{key}", item)
                found.setdefault(key, item)
        elif "." in name or "/" in name:
            found.setdefault(re.split(r"[./]", name)[-1], text)
    return found


def _literal(text: str) -> object:
    try:
        return ast.literal_eval(text)
    except (ValueError, SyntaxError):
        return text
