"""Backend `wizardcoder-gpu`: WizardCoder's weights run by transformers, on a GPU when there is one."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from llm_backends.instruction import STOP, instruction_prompt
from llm_backends.protocol import Answer, BackendError, Finish, Request, overflow
from llm_backends.spec import Spec, missing
from llm_backends.stops import cut


class WizardCoderGpu:
    """A folder with weights and tokenizer: bfloat16 on CUDA, float32 on the CPU."""

    base_url = ""

    def __init__(self, folder: Path) -> None:
        if not folder.is_dir():
            raise BackendError(
                f"{folder}: there is no such folder with a model; `adapter models list` names some"
            )
        try:
            import torch
            from transformers import AutoModelForCausalLM, AutoTokenizer
        except ImportError as error:
            raise missing("transformers or torch", "wizardcoder-gpu") from error
        self._torch = torch
        self._device = "cuda" if torch.cuda.is_available() else "cpu"
        kind = torch.bfloat16 if self._device == "cuda" else torch.float32
        try:
            # prompts of a batch end together, so shorter ones are filled up on the left
            self._tokenizer: Any = AutoTokenizer.from_pretrained(
                folder, padding_side="left", local_files_only=True
            )
            self._model: Any = AutoModelForCausalLM.from_pretrained(folder, dtype=kind, local_files_only=True)
        except (OSError, ValueError, KeyError) as error:
            raise BackendError(f"{folder}: cannot be loaded by transformers: {error}") from error
        self._model.to(self._device).eval()
        if self._tokenizer.pad_token_id is None:
            self._tokenizer.pad_token = self._tokenizer.eos_token
        self.model = f"{folder.name}:{sum(p.numel() for p in self._model.parameters())}"

    @property
    def context(self) -> int:
        """Tokens that question and answer may have together."""
        return int(self._model.config.n_positions)

    def complete(self, request: Request) -> list[Answer]:
        """See `Backend`; the answers to one request are one batch.

        This kind of model cannot be held to a schema: whoever asks checks the answer.
        """
        return self.complete_batch([request])[0]

    def complete_batch(self, requests: Sequence[Request]) -> list[list[Answer]]:
        """The answers to several requests with the sampling of the first, all in one batch."""
        started = time.perf_counter()
        first = requests[0]
        prompts = [instruction_prompt(request.messages) for request in requests for _ in range(request.n)]
        inputs = self._tokenizer(prompts, return_tensors="pt", padding=True).to(self._device)
        width = inputs["input_ids"].shape[1]
        if width + first.max_tokens > self.context:
            raise overflow(width + first.max_tokens, self.context, "ask about less at a time")
        stops = [*first.stop, STOP]
        devices = [0] if self._device == "cuda" else []
        with self._torch.no_grad(), self._torch.random.fork_rng(devices=devices):
            if first.seed is not None:
                self._torch.manual_seed(first.seed)
            sampling = {"do_sample": True, "temperature": first.temperature} if first.temperature > 0 else {}
            output = self._model.generate(
                **inputs,
                max_new_tokens=first.max_tokens,
                pad_token_id=self._tokenizer.pad_token_id,
                stop_strings=stops,
                tokenizer=self._tokenizer,
                **({"do_sample": False} | sampling),
            )
        seconds = (time.perf_counter() - started) / len(prompts)
        masks = inputs["attention_mask"].sum(dim=1).tolist()
        answers = iter(
            [
                self._answer(row[width:], int(mask), first, stops, seconds)
                for row, mask in zip(output, masks, strict=True)
            ]
        )
        return [[next(answers) for _ in range(request.n)] for request in requests]

    def _answer(
        self, tokens: Any, prompt_tokens: int, request: Request, stops: list[str], seconds: float
    ) -> Answer:
        ended = {self._tokenizer.eos_token_id, self._tokenizer.pad_token_id}
        numbers = tokens.tolist()
        count = next((i for i, number in enumerate(numbers) if number in ended), len(numbers))
        text, is_cut = cut(self._tokenizer.decode(numbers[:count], skip_special_tokens=True), stops)
        is_whole = is_cut or count < request.max_tokens
        return Answer(
            text.lstrip("\n"), Finish.STOP if is_whole else Finish.LENGTH, prompt_tokens, count, seconds
        )


def make(spec: Spec) -> WizardCoderGpu:
    """`wizardcoder-gpu:FOLDER`."""
    return WizardCoderGpu(Path(spec.model).expanduser())
