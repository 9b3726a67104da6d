"""Models are pulled from a server on this machine: whole, resumed, wrong, and not at all."""

from __future__ import annotations

import hashlib
import re
import threading
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from llm_backends.models import KnownModel, known_models, model_path, pull
from llm_backends.protocol import BackendError

CONTENT = bytes(range(256)) * 9000
RIGHT = hashlib.sha256(CONTENT).hexdigest()


@pytest.fixture(autouse=True)
def _own_home(monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))


@pytest.fixture
def server() -> Iterator[tuple[str, list[str | None]]]:
    """The address of a file, and the ranges that were asked for."""
    ranges: list[str | None] = []

    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            pass

        def do_GET(self) -> None:
            ranges.append(self.headers.get("Range"))
            match = re.fullmatch(r"bytes=(\d+)-", ranges[-1] or "")
            start = int(match[1]) if match else 0
            if start >= len(CONTENT):
                self.send_error(416)
                return
            self.send_response(206 if match else 200)
            self.send_header("Content-Length", str(len(CONTENT) - start))
            self.end_headers()
            self.wfile.write(CONTENT[start:])

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/model.gguf", ranges
    server.shutdown()
    server.server_close()


def model(url: str) -> KnownModel:
    return KnownModel("tiny", "gguf", "tiny.gguf", len(CONTENT), "Apache-2.0", RIGHT, (url,))


def test_a_whole_file_is_verified_and_kept(server):
    url, ranges = server
    seen: list[tuple[int, int]] = []
    path = pull(model(url), progress=lambda done, total: seen.append((done, total)))
    assert path.read_bytes() == CONTENT
    assert seen[-1] == (len(CONTENT), len(CONTENT))
    assert pull(model(url)) == path
    assert ranges == [None]


@pytest.mark.parametrize("size", [1000, len(CONTENT)])
def test_a_download_goes_on_where_it_broke_off(server, size):
    url, ranges = server
    wanted = model(url)
    wanted.path.parent.mkdir(parents=True)
    wanted.path.with_name("tiny.gguf.part").write_bytes(CONTENT[:size])
    assert pull(wanted).read_bytes() == CONTENT
    assert ranges == [f"bytes={size}-"]


def test_a_wrong_file_is_thrown_away(server):
    url, _ = server
    wanted = replace(model(url), sha256="0" * 64)
    with pytest.raises(BackendError, match=RIGHT):
        pull(wanted)
    assert not list(wanted.path.parent.iterdir())


def test_the_next_source_is_tried(server):
    url, _ = server
    wanted = replace(model(url), sources=("http://127.0.0.1:9/model.gguf", url))
    assert pull(wanted).read_bytes() == CONTENT


def test_without_a_checksum_nothing_is_downloaded(server):
    url, ranges = server
    with pytest.raises(BackendError, match="--sha256"):
        pull(replace(model(url), sha256=""))
    assert not ranges
    assert pull(replace(model(url), sha256=""), sha256=RIGHT).read_bytes() == CONTENT


def test_known_models_hold_together():
    for known in known_models():
        assert known.sources
        assert known.licence
        assert not known.sha256 or re.fullmatch("[0-9a-f]{64}", known.sha256)
        assert model_path(known.name) == known.path
