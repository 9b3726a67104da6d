"""A real GGUF model, in this process and over HTTP; ADAPTER_TEST_GGUF names the file."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from llm_backends.protocol import ContextOverflowError, Finish, Message, Request, Role
from llm_backends.spec import open_backend

FILE = os.environ.get("ADAPTER_TEST_GGUF", "")
pytestmark = pytest.mark.skipif(not Path(FILE).is_file(), reason="ADAPTER_TEST_GGUF names no file")

QUESTION = Request((Message(Role.USER, "Say yes."),), max_tokens=4, seed=1)
SCHEMA = {"type": "object", "properties": {"target": {"enum": ["a", "b"]}}, "required": ["target"]}


@pytest.fixture(scope="module")
def backend():
    return open_backend(f"gguf:{FILE}?threads=1&context=512")


def test_an_answer_in_this_process(backend):
    (answer,) = backend.complete(QUESTION)
    assert answer.text
    assert 0 < answer.completion_tokens <= 4
    assert backend.complete(QUESTION)[0].text == answer.text


def test_an_answer_that_a_schema_holds(backend):
    (answer,) = backend.complete(Request(QUESTION.messages, max_tokens=40, schema=SCHEMA))
    assert json.loads(answer.text)["target"] in ("a", "b")
    assert answer.finish is Finish.STOP


@pytest.mark.parametrize("stream", [0, 1])
def test_the_same_model_over_http(backend, stream):
    served = open_backend(f"openai:model@{backend.address}/v1?stream={stream}&retries=0")
    (answer,) = served.complete(QUESTION)
    assert answer.text == backend.complete(QUESTION)[0].text
    assert answer.prompt_tokens > 0


def test_a_question_that_does_not_fit(backend):
    long = Request((Message(Role.USER, "yes " * 600),))
    with pytest.raises(ContextOverflowError, match="512"):
        backend.complete(long)
    with pytest.raises(ContextOverflowError):
        open_backend(f"openai:model@{backend.address}/v1?retries=0").complete(long)
