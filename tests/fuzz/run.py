"""Fuzzes one room with atheris: `python tests/fuzz/run.py TARGET --seconds N [--corpus DIR]`.

Coverage of `adapter` guides which inputs are kept. What goes wrong does not end the run: inputs are kept in
the folder of findings, a few for each place in the code, and listed at the end. Ends with 1 when
there is one. An input that takes longer than 30 s is one too, and ends the run.
Needs `pip install -e '.[test,fuzz]'`.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import sys
import tempfile
import time
import traceback
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[2]))

import atheris

with atheris.instrument_imports(include=["adapter"]):
    from tests.fuzz.mutation import mutated
    from tests.fuzz.targets import TARGETS, Target

_HANG_SECONDS = 30
_MOST_BYTES = 30_000
_MOST_KEPT = 5


@dataclass(slots=True)
class Fuzzing:
    """One run: how often the check was executed, and what it found, by place in the code."""

    name: str
    target: Target
    seconds: float
    findings: Path
    executions: int = 0
    found: dict[str, list[str]] = field(default_factory=dict)
    started: float = 0.0

    def one(self, data: bytes) -> None:
        """Check one input; when the time is over, print what was found and end the process."""
        self.started = self.started or time.monotonic()
        if time.monotonic() - self.started > self.seconds:
            self._say()
            # libFuzzer ends a process without the interpreter's own end, so this is the only place for it.
            os._exit(1 if self.found else 0)
        self.executions += 1
        if not data:
            return
        try:
            self.target.check(data)
        except Exception as error:  # noqa: BLE001 - a crash is what is looked for
            self._keep(error, data)

    def mutate(self, data: bytes, most: int, seed: int) -> bytes:
        """A near input: by lines and words, or by bytes as libFuzzer does it."""
        random = Random(seed)
        if not data or random.random() < 0.2:
            changed: bytes = atheris.Mutate(data, most)
            return changed
        head = bytes([random.randrange(256)]) if random.random() < 0.1 else data[:1]
        return (head + mutated(data[1:], random, self.target.words(), self.target.seeds()))[:most]

    def _keep(self, error: Exception, data: bytes) -> None:
        last = traceback.extract_tb(error.__traceback__)[-1]
        place = f"{type(error).__name__} at {Path(last.filename).name}:{last.lineno}"
        known = self.found.setdefault(place, [])
        if len(known) == _MOST_KEPT:
            return
        name = f"{self.name}-{hashlib.sha256(data).hexdigest()[:12]}"
        (self.findings / name).write_bytes(data)
        (self.findings / f"{name}.txt").write_text("".join(traceback.format_exception(error)), "utf-8")
        known.append(f"{str(error)[:200]} ({self.findings / name})")

    def _say(self) -> None:
        seconds = time.monotonic() - self.started
        print(f"{self.name}: {self.executions} executions in {seconds:.0f} s, {len(self.found)} findings")
        for place, inputs in self.found.items():
            print(place, *inputs, sep="\n  ")
        sys.stdout.flush()


def main() -> None:
    """Parse the command line and fuzz; libFuzzer ends the process."""
    parser = argparse.ArgumentParser(description="Fuzzes one room of adapter.")
    parser.add_argument("target", choices=TARGETS)
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--seed", type=int, default=1, help="of libFuzzer's random numbers")
    parser.add_argument(
        "--corpus", type=Path, metavar="DIR", help="begin with these inputs; new ones come in"
    )
    parser.add_argument("--findings", type=Path, metavar="DIR", default=Path("fuzz-findings"))
    given = parser.parse_args()
    fuzzing = Fuzzing(given.target, TARGETS[given.target], given.seconds, given.findings.resolve())
    corpus = given.corpus or Path(tempfile.mkdtemp(prefix="adapter-fuzz-"))
    for folder in (corpus, fuzzing.findings):
        folder.mkdir(parents=True, exist_ok=True)
    texts = TARGETS[given.target].seeds()
    # Loads what is loaded late, so that its time is not counted against the first input.
    TARGETS[given.target].check(texts[0])
    for data in texts:
        (corpus / hashlib.sha256(data).hexdigest()[:16]).write_bytes(data)
    options: list[Any] = [
        f"-seed={given.seed}",
        f"-timeout={_HANG_SECONDS}",
        f"-max_len={_MOST_BYTES}",
        f"-artifact_prefix={fuzzing.findings}/{given.target}-",
        "-rss_limit_mb=4096",
        "-verbosity=0",
    ]
    atheris.Setup([sys.argv[0], *options, str(corpus)], fuzzing.one, custom_mutator=fuzzing.mutate)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
