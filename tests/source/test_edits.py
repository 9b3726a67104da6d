"""Changes: applied in one pass, composed where they nest, never beyond their spans."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapter.plan import Change, Span
from adapter.source.edits import Changes, OverlapError, apply_changes


def change(start: int, end: int, text: str) -> Change:
    return Change(Span(start, end), text)


@st.composite
def data_and_changes(draw: st.DrawFn) -> tuple[bytes, list[Change]]:
    """A text, and changes of it that do not overlap, in order."""
    pieces = draw(st.lists(st.text(max_size=6), max_size=12))
    data = "".join(pieces).encode()
    changes, offset = [], 0
    for piece in pieces:
        end = offset + len(piece.encode())
        kind = draw(st.sampled_from(["keep", "insert", "replace"]))
        text = draw(st.text(max_size=5))
        if kind == "insert":
            changes.append(change(offset, offset, text))
        elif kind == "replace" and end > offset:
            changes.append(change(offset, end, text))
        offset = end
    return data, changes


def test_several_changes_in_any_order() -> None:
    changes = [change(8, 9, "Y"), change(0, 1, "X")]
    assert apply_changes(b"a = 1, b", changes[1:]) == b"X = 1, b"
    assert (
        apply_changes(b"a, b, c, d", [change(9, 10, "D"), change(0, 1, "A"), change(3, 4, "")])
        == b"A, , c, D"
    )


def test_insertions_at_one_place_keep_their_order_before_a_replacement() -> None:
    assert apply_changes(b"abc", [change(1, 2, "B"), change(1, 1, "1"), change(1, 1, "2")]) == b"a12Bc"


def test_line_feeds_become_the_newline_of_the_file() -> None:
    assert apply_changes(b"a\r\nb", [change(3, 4, "c\nd\r\ne")], "\r\n") == b"a\r\nc\r\nd\r\ne"


@pytest.mark.parametrize(
    "changes",
    [
        [change(0, 3, ""), change(2, 4, "")],
        [change(0, 3, "a"), change(0, 3, "a")],
        [change(0, 4, ""), change(2, 2, "x")],
    ],
)
def test_changes_that_claim_the_same_bytes_are_refused(changes: list[Change]) -> None:
    with pytest.raises(OverlapError):
        apply_changes(b"abcdef", changes)
    with pytest.raises(OverlapError):
        Changes(changes)
    with pytest.raises(OverlapError):
        Changes(reversed(changes))


@pytest.mark.parametrize("outside", [change(5, 7, ""), change(4, 3, ""), change(-1, 2, "")])
def test_a_change_outside_of_the_text_is_refused(outside: Change) -> None:
    with pytest.raises(OverlapError):
        apply_changes(b"abcdef", [outside])


def test_a_call_inside_a_mapped_call() -> None:
    data = b"log(image(x), step)"
    changes = Changes([change(4, 9, "Image")])
    inner = changes.absorb(data, Span(4, 12))
    assert inner == "Image(x)"
    changes.add(change(0, 19, f"log_image({inner}, key)"))
    assert apply_changes(data, changes.all()) == b"log_image(Image(x), key)"


def test_render_keeps_what_absorb_takes() -> None:
    changes = Changes([change(2, 3, "X")])
    assert (changes.render(b"f(a)", Span(0, 4)), len(changes)) == ("f(X)", 1)
    assert (changes.absorb(b"f(a)", Span(0, 4)), len(changes)) == ("f(X)", 0)


def test_an_insertion_at_the_end_of_a_span_is_beside_it() -> None:
    changes = Changes([change(0, 0, "<"), change(4, 4, ">"), change(2, 3, "X")])
    assert changes.within(Span(0, 4)) == [change(2, 3, "X")]


def test_a_change_that_is_partly_inside_a_span_is_refused() -> None:
    changes = Changes([change(2, 6, "")])
    assert changes.within(Span(3, 5)) == []
    for span in (Span(0, 4), Span(4, 8)):
        with pytest.raises(OverlapError):
            changes.within(span)


@given(data_and_changes(), st.randoms())
def test_one_pass_is_the_same_as_one_change_after_the_other(case: tuple[bytes, list[Change]], random) -> None:  # type: ignore[no-untyped-def]
    data, changes = case
    expected = data
    for item in reversed(changes):
        expected = expected[: item.span.start] + item.text.encode() + expected[item.span.end :]
    assert apply_changes(data, changes) == expected
    replacements = [item for item in changes if item.span.start < item.span.end]
    shuffled = random.sample(replacements, len(replacements))
    assert apply_changes(data, shuffled) == apply_changes(data, replacements)


@given(data_and_changes())
def test_no_byte_outside_of_the_spans_changes(case: tuple[bytes, list[Change]]) -> None:
    data, changes = case
    result = apply_changes(data, changes)
    before = after = 0
    for item in changes:
        gap = item.span.start - before
        assert result[after : after + gap] == data[before : item.span.start]
        after += gap + len(item.text.encode())
        before = item.span.end
    assert result[after:] == data[before:]


@given(data_and_changes(), st.data())
def test_absorbing_is_the_same_as_applying_all(
    case: tuple[bytes, list[Change]], draws: st.DataObject
) -> None:
    data, inner = case
    cuts = sorted({0, len(data), *(offset for item in inner for offset in (item.span.start, item.span.end))})
    if len(cuts) < 2:
        return
    start = draws.draw(st.sampled_from(cuts[:-1]))
    end = draws.draw(st.sampled_from([cut for cut in cuts if cut > start]))
    changes = Changes(inner)
    inside = changes.render(data, Span(start, end))
    assert changes.absorb(data, Span(start, end)) == inside
    changes.add(change(start, end, f"[{inside}]"))
    all_at_once = [change(end, end, "]"), *inner, change(start, start, "[")]
    assert apply_changes(data, changes.all()) == apply_changes(data, all_at_once)
