"""The OpenAI client against a server on this machine, as it works and as it fails."""

from __future__ import annotations

import importlib.util
import json
import sys
from pathlib import Path

import pytest

from llm_backends.protocol import (
    BackendError,
    ContextOverflowError,
    Finish,
    KeyRefusedError,
    Message,
    Request,
    Role,
)
from llm_backends.spec import open_backend

_spec = importlib.util.spec_from_file_location("chat_server", Path(__file__).with_name("server.py"))
assert _spec is not None
assert _spec.loader is not None
chat_server = importlib.util.module_from_spec(_spec)
sys.modules["chat_server"] = chat_server
_spec.loader.exec_module(chat_server)

QUESTION = Request((Message(Role.USER, "two and two?"),), temperature=0.5, max_tokens=8, seed=3, stop=("\n",))


def ask(address: str, request: Request = QUESTION, options: str = ""):
    return open_backend(f"openai:small@{address}?retries=2&{options}").complete(request)


def test_an_answer_with_its_tokens():
    with chat_server.serving() as (address, script):
        (answer,) = ask(address)
    assert (answer.text, answer.finish) == ("four", Finish.STOP)
    assert (answer.prompt_tokens, answer.completion_tokens, answer.tokens) == (12, 3, 15)
    assert answer.seconds > 0
    _, body = script.seen[0]
    assert body["model"] == "small"
    assert body["messages"] == [{"role": "user", "content": "two and two?"}]
    assert (body["temperature"], body["max_tokens"], body["seed"], body["stop"]) == (0.5, 8, 3, ["\n"])


def test_streaming_gives_the_same():
    with chat_server.serving() as (address, script):
        (answer,) = ask(address, options="stream=1")
    assert (answer.text, answer.finish, answer.tokens) == ("four", Finish.LENGTH, 15)
    assert script.seen[0][1]["stream"] is True


def test_several_answers_get_several_seeds():
    with chat_server.serving() as (address, script):
        answers = ask(address, Request(QUESTION.messages, n=3, seed=7))
    assert [answer.text for answer in answers] == ["four"] * 3
    assert sorted(body["seed"] for _, body in script.seen) == [7, 8, 9]


def test_429_waits_as_the_server_says():
    with chat_server.serving("429") as (address, script):
        (answer,) = ask(address)
    assert answer.text == "four"
    (first, _), (second, _) = script.seen
    assert second - first >= 1.0


@pytest.mark.parametrize("failure", ["500", "reset"])
def test_a_failure_that_passes_is_tried_again(failure):
    with chat_server.serving(failure) as (address, script):
        (answer,) = ask(address)
    assert answer.text == "four"
    assert len(script.seen) == 2


@pytest.mark.parametrize(
    ("failure", "said"),
    [("500", "answers 500: broken"), ("429", "answers 429"), ("reset", "cannot be reached")],
)
def test_a_failure_that_stays_is_told_after_bounded_tries(failure, said):
    with chat_server.serving(*[failure] * 9) as (address, script), pytest.raises(BackendError, match=said):
        ask(address)
    assert len(script.seen) == 3


def test_a_server_that_does_not_answer_in_time():
    with (
        chat_server.serving("slow") as (address, script),
        pytest.raises(BackendError, match="within 1 s"),
    ):
        open_backend(f"openai:small@{address}?retries=0&timeout=1").complete(QUESTION)
    assert len(script.seen) == 1


def test_no_server():
    with pytest.raises(BackendError, match="cannot be reached"):
        open_backend("openai:small@http://127.0.0.1:9/v1?retries=0").complete(QUESTION)


def test_a_wrong_key_is_not_tried_again():
    with (
        chat_server.serving("key") as (address, script),
        pytest.raises(KeyRefusedError, match="OPENAI_API_KEY"),
    ):
        ask(address)
    assert len(script.seen) == 1


def test_a_question_that_does_not_fit():
    with (
        chat_server.serving("overflow") as (address, script),
        pytest.raises(ContextOverflowError, match="too many tokens"),
    ):
        ask(address)
    assert len(script.seen) == 1


def test_a_parameter_that_is_refused_is_left_out_from_then_on_and_told():
    with chat_server.serving("refuse temperature", "refuse seed") as (address, script):
        backend = open_backend(f"openai:small@{address}?retries=0")
        (first,) = backend.complete(QUESTION)
        (second,) = backend.complete(QUESTION)
    assert first.dropped == second.dropped == ("seed", "temperature")
    bodies = [body for _, body in script.seen]
    assert ["temperature" in body for body in bodies] == [True, False, False, False]
    assert ["seed" in body for body in bodies] == [True, True, False, False]


def test_max_tokens_gets_its_newer_name():
    with chat_server.serving("refuse max_tokens") as (address, script):
        ask(address)
    assert script.seen[-1][1]["max_completion_tokens"] == 8


def test_prices_make_a_cost(tmp_path):
    prices = tmp_path / "prices.json"
    prices.write_text(json.dumps({"small": {"prompt": 2.0, "completion": 10.0}}))
    with chat_server.serving() as (address, _):
        (answer,) = ask(address, options=f"prices={prices}")
    assert answer.cost == pytest.approx((12 * 2 + 3 * 10) / 1e6)
