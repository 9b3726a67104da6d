"""Where reports go."""

import io
from pathlib import Path

import pytest

from adapter.report.printer import Output, open_output, wants_color


def test_a_file_gets_the_bytes(tmp_path: Path) -> None:
    with open_output(tmp_path / "report") as output:
        output.write(b"a\r\n\xff")
    assert (tmp_path / "report").read_bytes() == b"a\r\n\xff"
    assert not output.terminal


def test_text_that_the_terminal_cannot_show_is_escaped() -> None:
    stream = io.BytesIO()
    Output(stream, terminal=True, encoding="ascii").write_text("é")
    assert stream.getvalue() == b"\\xe9"


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [("NO_COLOR", "1", False), ("TERM", "dumb", False), ("TERM", "xterm", True)],
)
def test_the_environment_may_refuse_colours(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, expected: bool
) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv(name, value)
    assert wants_color() is expected
