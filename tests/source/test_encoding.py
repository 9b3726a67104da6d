"""Encodings: what Python reads is read, and comes back byte for byte."""

from __future__ import annotations

import io
import tokenize
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapter.plan import Change, Span
from adapter.source.encoding import decode
from adapter.source.errors import SourceError
from adapter.source.text import encode_source, read_source, rewrite

PATH = Path("train.py")
SINGLE_BYTE = ["latin-1", "iso-8859-15", "cp1252", "koi8-r", "cp1251"]
MULTI_BYTE = ["gb18030", "euc-jp", "shift_jis"]
NEWLINES = ["\n", "\r\n", "\r"]


def source_error(raw: bytes, path: Path = PATH) -> str:
    with pytest.raises(SourceError) as caught:
        read_source(path, raw)
    return str(caught.value)


def letters(encoding: str) -> str:
    """Characters of an encoding: all that it has in one byte, and some of those with more."""
    single = bytes(range(0x20, 0x100)).decode(encoding, "ignore") if encoding in SINGLE_BYTE else "a'#="
    return (
        single
        + ("漢字かなカナ、" if encoding in MULTI_BYTE else "")
        + ("é漢🙂\x85\u2028" * (encoding == "utf-8"))
    )


@given(
    st.sampled_from([*SINGLE_BYTE, *MULTI_BYTE, "utf-8"]), st.sampled_from(NEWLINES), st.booleans(), st.data()
)
def test_a_file_comes_back_byte_for_byte(
    encoding: str, newline: str, bom: bool, draws: st.DataObject
) -> None:
    lines = draws.draw(st.lists(st.text(st.sampled_from(letters(encoding)), max_size=20), max_size=6))
    raw = newline.join([f"# -*- coding: {encoding} -*-", *lines]).encode(encoding)
    if bom and encoding == "utf-8":
        raw = b"\xef\xbb\xbf" + raw
    source = read_source(PATH, raw)
    assert encode_source(source, source.data) == raw
    assert source.data.decode() == newline.join([f"# -*- coding: {encoding} -*-", *lines])
    assert source.newline == (newline if lines else "\n")


HEADS = [b"", b"\xef\xbb\xbf", b"# coding: latin-1\n", b"# coding: utf-7\n", b"# coding: shift_jis\n"]


@given(st.binary(max_size=60), st.sampled_from(HEADS))
def test_any_bytes_come_back_or_are_refused(body: bytes, head: bytes) -> None:
    try:
        source = read_source(PATH, head + body)
    except SourceError as problem:
        error = problem.error
    else:
        assert encode_source(source, source.data) == head + body
        return
    assert error.path == PATH
    assert error.remedy


COOKIES = st.sampled_from(
    [
        b"",
        b"# coding: latin-1",
        b"# -*- coding: utf-8-unix -*-",
        b"# vim: set fileencoding=Latin_1-dos :",
        b"#coding=cp1252",
        b'x = "coding: latin-1"',
        b"#!/usr/bin/python",
        b"  \t\x0c",
        b"import os",
        b"# encoding: nonsense",
    ]
)


@given(COOKIES, COOKIES, st.booleans())
def test_cookies_mean_what_they_mean_to_python(first: bytes, second: bytes, bom: bool) -> None:
    raw = b"\xef\xbb\xbf" * bom + first + b"\n" + second + b"\n"
    try:
        expected = tokenize.detect_encoding(io.BytesIO(raw).readline)[0]
    except SyntaxError:
        with pytest.raises(SourceError):
            decode(PATH, raw)
        return
    found = decode(PATH, raw)
    names = {"utf-8-sig": "utf-8", "iso-8859-1": "iso8859-1"}
    assert found.encoding == names.get(expected, expected)
    assert found.bom == bom


def test_latin_1_text_is_edited_in_place() -> None:
    raw = "# coding: latin-1\nname = 'Zoë'\nlog(1)\n".encode("latin-1")
    source = read_source(PATH, raw)
    start = source.data.index(b"log")
    assert rewrite(source, [Change(Span(start, start + 3), "loggé")]) == raw.replace(b"log(", b"logg\xe9(")


def test_a_character_that_the_encoding_lacks_is_refused_with_its_place() -> None:
    source = read_source(PATH, b"# coding: latin-1\nlog(1)\n")
    with pytest.raises(SourceError, match=r"train.py:2:4: the new text has '→', which iso8859-1"):
        rewrite(source, [Change(Span(18, 24), "log→(1)")])


def test_bom_and_windows_newlines_stay() -> None:
    raw = b"\xef\xbb\xbfimport wandb\r\nwandb.log(x)\r\n"
    source = read_source(PATH, raw)
    assert source.data.startswith(b"import")
    new = rewrite(source, [Change(Span(14, 26), "a()\nb()")])
    assert new == b"\xef\xbb\xbfimport wandb\r\na()\r\nb()\r\n"


@pytest.mark.parametrize(
    ("raw", "message"),
    [
        (b"# coding: klingon\n", "train.py:1:1: unknown encoding 'klingon' (correct the coding comment"),
        (b"#!/bin/sh\n# coding: hex\n", "train.py:2:1: 'hex' is no encoding of text"),
        (b"# coding: utf-8\nx = 1\nname = 'Zo\xeb'\n", "train.py:3:11: byte 0xeb is not utf-8"),
        (b"# coding: ascii\nx = '\xc3\xa9'\n", "train.py:2:6: byte 0xc3 is not ascii"),
        (
            b"\xef\xbb\xbf# coding: latin-1\n",
            "the coding comment says latin-1, the byte order mark says UTF-8 (remove",
        ),
        (b"x = 1\ny = '\0'\n", "train.py:2:6: holds a NUL byte"),
        ("x = 1".encode("utf-16"), "is UTF-16 or UTF-32, which Python does not read (save it as UTF-8)"),
        (b"# coding: utf-16-le\nxx", "train.py:1:1: is not really utf-16-le"),
    ],
)
def test_what_cannot_be_decoded_is_refused_with_place_and_cure(raw: bytes, message: str) -> None:
    assert message in source_error(raw)


def test_a_file_in_latin_1_without_a_cookie_says_what_to_do() -> None:
    assert "# -*- coding: latin-1 -*-" in source_error("x = 'é'".encode("latin-1"))
