"""OpenAI's chat protocol: the body of a request, which llama.cpp's server in this process takes too."""

from __future__ import annotations

from typing import Any

from llm_backends.protocol import Finish, Request

_FINISH = {"stop": Finish.STOP, "length": Finish.LENGTH}


def chat_body(request: Request, number: int) -> dict[str, Any]:
    """The body that asks for answer `number`, counted from 0, of those that a request wants."""
    body: dict[str, Any] = {
        "messages": [{"role": each.role.value, "content": each.content} for each in request.messages],
        "temperature": request.temperature,
        "max_tokens": request.max_tokens,
    }
    if request.stop:
        body["stop"] = list(request.stop)
    if request.seed is not None:
        body["seed"] = request.seed + number
    if request.schema is not None:
        body["response_format"] = {
            "type": "json_schema",
            "json_schema": {"name": "answer", "schema": request.schema},
        }
    return body


def finish_of(reason: str | None) -> Finish:
    """Why an answer ends, in the protocol's words."""
    return _FINISH.get(reason or "", Finish.OTHER)
