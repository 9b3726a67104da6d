"""translate: names that are put together: a common beginning for all keys of a dict, parts joined by "/"."""

from __future__ import annotations

import re

from adapter.source.text import parse_python

_PLAIN_KEY = re.compile(r"([fF]?)([\"'])([^\"'\\\n]*)\2")


def prefixed(values: str, prefix: str) -> str:
    """The text of a dict with a text before every key, in the keys where they are literals."""
    begin = _inside(prefix)
    if begin == "":
        return values
    spelled = _into_literal(values, begin) if begin is not None else None
    return spelled or _comprehension(values, prefix, begin)


def _inside(prefix: str) -> str | None:
    """What stands for the prefix inside a string; braces in it are to be filled in."""
    match = _PLAIN_KEY.fullmatch(prefix)
    if match is None or (not match[1] and set("{}") & set(match[3])):
        return None
    return match[3]


def _into_literal(values: str, begin: str) -> str | None:
    root = parse_python(values.encode()).root_node
    statement = root.named_children[0] if root.named_child_count == 1 else None
    node = statement.named_children[0] if statement is not None and statement.named_child_count == 1 else None
    if node is None or node.type != "dictionary":
        return None
    data, pieces, position = values.encode(), [], 0
    for pair in node.named_children:
        if pair.type == "comment":
            continue
        key = pair.child_by_field_name("key") if pair.type == "pair" else None
        match = _PLAIN_KEY.fullmatch((key.text or b"").decode()) if key is not None else None
        if key is None or match is None:
            return None
        fills = bool(match[1]) or "{" in begin
        if fills and not match[1] and set("{}") & set(match[3]):
            return None
        quote = match[2]
        text = f"{'f' if fills else ''}{quote}{begin}{match[3]}{quote}"
        pieces += [data[position : key.start_byte], text.encode()]
        position = key.end_byte
    return b"".join([*pieces, data[position:]]).decode()


def _comprehension(values: str, prefix: str, begin: str | None) -> str:
    words = set(re.findall(r"[A-Za-z_]\w*", prefix if begin is None or "{" in begin else ""))
    name = next(word for word in ("name", "key", "inner_name") if word not in words)
    new = f'f"{begin}{{{name}}}"' if begin is not None else f"{prefix} + {name}"
    plain = re.fullmatch(r"[\w.]+(?:\([\w., ]*\))?", values)
    return f"{{{new}: value for {name}, value in {values if plain else f'({values})'}.items()}}"


def path(parts: list[str]) -> str:
    """The text of a name that is made of parts; a part that repeats the one before is left out."""
    kept = [part for number, part in enumerate(parts) if number == 0 or part != parts[number - 1]]
    if len(kept) == 1:
        return kept[0]
    insides = [_inside(part) or _filled(part) for part in kept]
    if all(inside is not None for inside in insides):
        joined = "/".join(inside.strip("/") for inside in insides if inside is not None)
        return f'f"{joined}"' if "{" in joined else f'"{joined}"'
    return ' + "/" + '.join(kept)


def _filled(part: str) -> str | None:
    """What stands for an expression inside an f-string, where every Python can read it there."""
    return None if set("\"'\\\n{}") & set(part) else f"{{{part}}}"
