"""Both WizardCoder backends with tiny random models of StarCoder's architecture."""

from __future__ import annotations

import random
import struct
from dataclasses import replace
from pathlib import Path

import pytest

from llm_backends.protocol import BackendError, ContextOverflowError, Finish, Message, Request, Role
from llm_backends.spec import open_backend

QUESTION = Request(
    (Message(Role.SYSTEM, "Short."), Message(Role.USER, "add two numbers")), max_tokens=12, seed=5
)
WORDS = ["<|endoftext|>", *map(chr, range(32, 127)), "\n", " the", " a", "def", "return", "###", "add", "num"]


@pytest.fixture(scope="module")
def ggml_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A GGML file of two layers with random weights, as ctransformers reads StarCoder."""
    path = tmp_path_factory.mktemp("ggml") / "tiny.bin"
    embedding, heads, layers, context = 32, 4, 2, 256
    chance = random.Random(7)
    square, wide = (embedding, embedding), (embedding, 4 * embedding)
    shapes: dict[str, tuple[int, ...]] = {"ln_f/g": (embedding,), "ln_f/b": (embedding,)}
    shapes |= {
        "wte": (embedding, len(WORDS)),
        "wpe": (embedding, context),
        "lm_head": (embedding, len(WORDS)),
    }
    for layer in range(layers):
        shapes |= {f"h{layer}/{name}/{part}": (embedding,) for name in ("ln_1", "ln_2") for part in "gb"}
        shapes |= {
            f"h{layer}/attn/c_attn/w": (embedding, 3 * embedding),
            f"h{layer}/attn/c_attn/b": (3 * embedding,),
            f"h{layer}/attn/c_proj/w": square,
            f"h{layer}/attn/c_proj/b": (embedding,),
            f"h{layer}/mlp/c_fc/w": wide,
            f"h{layer}/mlp/c_fc/b": (4 * embedding,),
            f"h{layer}/mlp/c_proj/w": wide[::-1],
            f"h{layer}/mlp/c_proj/b": (embedding,),
        }
    with path.open("wb") as stream:
        stream.write(struct.pack("<I6i", 0x67676D6C, len(WORDS), context, embedding, heads, layers, 0))
        stream.write(struct.pack("<i", len(WORDS)))
        for word in WORDS:
            stream.write(struct.pack("<I", len(word.encode())) + word.encode())
        for name, shape in shapes.items():
            full = f"model/{name}".encode()
            stream.write(
                struct.pack("<3i", len(shape), len(full), 0) + struct.pack(f"<{len(shape)}i", *shape)
            )
            count = shape[0] * (shape[1] if len(shape) == 2 else 1)
            values = [1.0 if name.endswith("/g") else chance.gauss(0, 0.3) for _ in range(count)]
            stream.write(full + struct.pack(f"<{count}f", *values))
    return path


@pytest.fixture(scope="module")
def weights(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a random GPTBigCode model and a tokenizer of single characters."""
    import torch
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers
    from transformers import GPTBigCodeConfig, GPTBigCodeForCausalLM, PreTrainedTokenizerFast

    folder = tmp_path_factory.mktemp("weights") / "tiny"
    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    vocabulary = {word: number for number, word in enumerate(["<|endoftext|>", *alphabet])}
    tokenizer = Tokenizer(models.BPE(vocabulary, []))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    torch.manual_seed(11)
    settings = GPTBigCodeConfig(
        vocab_size=len(vocabulary), n_positions=512, n_embd=32, n_layer=2, n_head=4, initializer_range=0.5
    )
    GPTBigCodeForCausalLM(settings).save_pretrained(folder)
    PreTrainedTokenizerFast(tokenizer_object=tokenizer, eos_token="<|endoftext|>").save_pretrained(folder)
    return folder


@pytest.fixture(params=["cpu", "gpu"])
def backend(request: pytest.FixtureRequest):
    name = {"cpu": "ggml_file", "gpu": "weights"}[request.param]
    spec = f"wizardcoder-{request.param}:{request.getfixturevalue(name)}"
    return open_backend(f"{spec}?context=256&threads=1" if request.param == "cpu" else spec)


def test_an_answer_of_the_length_that_is_allowed(backend):
    (answer,) = backend.complete(QUESTION)
    assert answer.text
    assert answer.completion_tokens == 12
    assert answer.finish is Finish.LENGTH
    assert answer.prompt_tokens > 30


def test_the_same_question_gets_the_same_answer(backend):
    assert backend.complete(QUESTION)[0].text == backend.complete(QUESTION)[0].text


def test_seeds_decide_what_is_sampled(backend):
    def sampled(seed: int) -> str:
        return backend.complete(replace(QUESTION, temperature=1.5, seed=seed))[0].text

    assert sampled(1) == sampled(1)
    assert len({sampled(seed) for seed in range(4)}) > 1


def test_several_answers(backend):
    answers = backend.complete(replace(QUESTION, n=3, temperature=1.5))
    assert len(answers) == 3
    assert len({answer.text for answer in answers}) > 1


def test_an_answer_ends_before_a_stop_text(backend):
    (whole,) = backend.complete(QUESTION)
    stop = whole.text[4:6]
    (answer,) = backend.complete(replace(QUESTION, stop=(stop,)))
    assert answer.text == whole.text[: whole.text.index(stop)]
    assert answer.finish is Finish.STOP
    assert answer.completion_tokens < whole.completion_tokens


def test_a_question_that_does_not_fit(backend):
    long = Request((Message(Role.USER, "add " * 400),))
    with pytest.raises(ContextOverflowError, match="tokens"):
        backend.complete(long)


def test_a_batch_answers_like_one_by_one(weights):
    backend = open_backend(f"wizardcoder-gpu:{weights}")
    other = replace(QUESTION, messages=(Message(Role.USER, "a much longer question than the other one"),))
    batch = backend.complete_batch([QUESTION, other])
    assert [answers[0].text for answers in batch] == [
        backend.complete(QUESTION)[0].text,
        backend.complete(other)[0].text,
    ]


@pytest.mark.parametrize("kind", ["wizardcoder-cpu", "wizardcoder-gpu", "gguf"])
def test_a_model_that_is_not_there(kind, tmp_path):
    with pytest.raises(BackendError, match="adapter models list"):
        open_backend(f"{kind}:{tmp_path / 'nothing'}")


@pytest.mark.parametrize("kind", ["wizardcoder-cpu", "gguf"])
def test_a_file_that_is_no_model(kind, tmp_path):
    path = tmp_path / "model.bin"
    path.write_bytes(b"no model at all")
    with pytest.raises(BackendError, match="cannot be loaded"):
        open_backend(f"{kind}:{path}")
