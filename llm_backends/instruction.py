"""The prompt that WizardCoder was trained with: a conversation as instructions and responses."""

from __future__ import annotations

from collections.abc import Iterable

from llm_backends.protocol import Message, Role

_HEAD = (
    "Below is an instruction that describes a task. "
    "Write a response that appropriately completes the request."
)
_HEADINGS = {Role.USER: "### Instruction:", Role.ASSISTANT: "### Response:"}

STOP = "\n### Instruction:"
"""Where a model goes on with a question of its own."""


def instruction_prompt(messages: Iterable[Message]) -> str:
    """The text that the model continues; what the system says stands before the first instruction."""
    parts = [_HEAD]
    system = ""
    for message in messages:
        if message.role is Role.SYSTEM:
            system = message.content
            continue
        content = f"{system}\n\n{message.content}" if system else message.content
        system = ""
        parts.append(f"{_HEADINGS[message.role]}\n{content}")
    return "\n\n".join([*parts, _HEADINGS[Role.ASSISTANT]])
