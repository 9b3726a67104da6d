"""A server on this machine that speaks OpenAI's chat protocol and fails as it is told."""

from __future__ import annotations

import json
import socket
import struct
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class Script:
    """What the server does with the requests, in their order; after the last it answers.

    Each is `ok`, `429`, `500`, `slow`, `reset`, `key`, `overflow`, or `refuse NAME` of a parameter. `seen`
    are the bodies of the requests with the times at which they came.
    """

    steps: list[str] = field(default_factory=list)
    seen: list[tuple[float, dict[str, Any]]] = field(default_factory=list)


_ERRORS = {
    "429": (429, "slow down", {}),
    "500": (500, "broken", {}),
    "key": (401, "wrong key", {"code": "invalid_api_key"}),
    "overflow": (400, "too many tokens", {"code": "context_length_exceeded"}),
}


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    script: Script

    def log_message(self, *_: object) -> None:
        pass

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.script.seen.append((time.monotonic(), body))
        step = self.script.steps.pop(0) if self.script.steps else "ok"
        self._do(step, body)

    def _do(self, step: str, body: dict[str, Any]) -> None:
        name = step.removeprefix("refuse ")
        if step in _ERRORS:
            self._error(*_ERRORS[step])
        elif name != step and name in body:
            self._error(400, f"Unsupported parameter: '{name}'", {"param": name})
        elif step == "reset":
            # a linger time of zero makes the closing of the connection a reset
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.connection.close()
            self.close_connection = True
        else:
            time.sleep(3 if step == "slow" else 0)
            self._stream(body) if body.get("stream") else self._answer()

    def _error(self, status: int, message: str, more: dict[str, str]) -> None:
        headers = {"Retry-After": "1"} if status == 429 else {}
        self._send(status, json.dumps({"error": {"message": message, **more}}).encode(), headers)

    def _answer(self) -> None:
        choice = {
            "index": 0,
            "finish_reason": "stop",
            "message": {"role": "assistant", "content": "four"},
        }
        usage = {"prompt_tokens": 12, "completion_tokens": 3, "total_tokens": 15}
        self._send(200, json.dumps({"id": "1", "choices": [choice], "usage": usage}).encode(), {})

    def _stream(self, body: dict[str, Any]) -> None:
        chunks = [
            {"choices": [{"index": 0, "delta": {"content": "fo"}, "finish_reason": None}]},
            {"choices": [{"index": 0, "delta": {"content": "ur"}, "finish_reason": None}]},
            {"choices": [{"index": 0, "delta": {}, "finish_reason": "length"}]},
        ]
        if body.get("stream_options", {}).get("include_usage"):
            chunks.append({"choices": [], "usage": {"prompt_tokens": 12, "completion_tokens": 3}})
        text = "".join(f"data: {json.dumps({'id': '1', **chunk})}\n\n" for chunk in chunks)
        self._send(200, f"{text}data: [DONE]\n\n".encode(), {"Content-Type": "text/event-stream"})

    def _send(self, status: int, payload: bytes, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in ({"Content-Type": "application/json"} | headers).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(payload)))
        self.end_headers()
        self.wfile.write(payload)


@contextmanager
def serving(*steps: str) -> Iterator[tuple[str, Script]]:
    """The address of a running server, and its script."""
    script = Script(list(steps))
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Scripted", (_Handler,), {"script": script}))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/v1", script
    finally:
        server.shutdown()
        server.server_close()
