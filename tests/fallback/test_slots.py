"""A limit on open questions that processes share, and a fleet that keeps to it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from adapter.fallback.slots import VARIABLE, Slots, SlotsError
from tests.fleet.conftest import ROOT, fleet_command, make_repository
from tests.llm_backends.server import serving

ASKING = """
import os, sys, time
from pathlib import Path
from adapter.fallback.slots import Slots
folder = Path(sys.argv[1])
for turn in range(5):
    with Slots.of(os.environ).one():
        mark = folder / f"open-{os.getpid()}"
        mark.touch()
        print(len(list(folder.glob("open-*"))), flush=True)
        time.sleep(0.02)
        mark.unlink()
"""


def asking(folder: Path, count: int, program: str = ASKING) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", program, str(folder)],
        env={VARIABLE: Slots(count, folder / "slots").setting(), "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        text=True,
    )


def test_never_more_than_the_limit_are_open(tmp_path: Path) -> None:
    processes = [asking(tmp_path, 2) for _ in range(5)]
    counts = [int(line) for process in processes for line in process.communicate(timeout=60)[0].split()]
    assert len(counts) == 25
    assert max(counts) <= 2


def test_a_process_that_is_killed_gives_its_slot_back(tmp_path: Path) -> None:
    holding = asking(tmp_path, 1, ASKING.replace("0.02)", "600)"))
    assert holding.stdout is not None
    assert holding.stdout.readline() == "1\n"
    holding.kill()
    holding.communicate()
    with Slots(1, tmp_path / "slots").one():
        assert (tmp_path / "slots" / "slot-0").exists()


def test_the_processes_of_a_fleet_share_the_limit(tmp_path: Path) -> None:
    """The server takes 3 s for an answer: with one slot the second question waits for the first's end."""
    for name in ("one", "two"):
        make_repository(tmp_path / name, {"train.py": f"import wandb\n\nwandb.mystery({name!r})\n"})
    with serving("slow", "slow") as (address, script):
        command = (
            f"translate --from wandb --to mlflow --llm openai:m@{address} --llm-docs none --llm-strategy code"
        )
        done = fleet_command(tmp_path, ".", "--do", command, "--jobs", "2", "--llm-at-once", "1")
        stdout, stderr = done.communicate(timeout=120)
    assert done.returncode == 0, stdout + stderr
    first, second = [moment for moment, _ in script.seen][:2]
    assert second - first >= 3


@pytest.mark.parametrize("setting", ["4", "0:/tmp/x", "many:/tmp/x", "4:"])
def test_a_setting_that_says_nothing_is_refused(setting: str) -> None:
    with pytest.raises(SlotsError, match="takes a number and a folder"):
        Slots.of({VARIABLE: setting})


def test_without_a_setting_nothing_waits() -> None:
    with Slots.of({}).one(), Slots.of({}).one():
        pass
