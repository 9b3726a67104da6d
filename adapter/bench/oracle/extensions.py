"""Oracle: NNCF's C++ extension, compiled once and not in the fresh home of every program.

Compiling takes longer than most programs run. It is done by code of ours in the sandbox, and every program
gets a copy, so that no program can change what another one loads.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from importlib.metadata import version
from pathlib import Path
from threading import Lock

from platformdirs import user_cache_path

from adapter.sandbox.run import Limits, SandboxError, run_in

# Where PyTorch compiles extensions, below the home of whoever runs it.
PLACE = Path(".cache", "torch_extensions")
LIMITS = Limits(seconds=900, cpu_seconds=600)
COMPILE = """
import nncf
import torch


class Smallest(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.layer = torch.nn.Linear(2, 2)

    def forward(self, x):
        return self.layer(x)


nncf.quantize(Smallest().eval(), nncf.Dataset([torch.ones(1, 2)]))
"""
_one_at_a_time = Lock()


def provide_extensions(home: Path) -> None:
    """Put the compiled extension into the home folder of a program.

    Raises:
        SandboxError: it does not compile here; the message says why.
    """
    with _one_at_a_time:
        compiled = _compiled()
    shutil.copytree(compiled, home / PLACE, dirs_exist_ok=True)


def _compiled() -> Path:
    name = f"nncf-{version('nncf')}-torch-{version('torch')}"
    place = user_cache_path("adapter") / "extensions" / name
    if place.is_dir():
        return place
    place.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=place.parent) as folder:
        workdir = Path(folder)
        project = workdir / "project"
        project.mkdir()
        unhurried = {"NNCF_EXTENSION_LOAD_TIMEOUT": "0"}
        done = run_in([sys.executable, "-c", COMPILE], project, workdir, LIMITS, unhurried)
        if done.code or not (workdir / "home" / PLACE).is_dir():
            raise SandboxError(f"the extension of NNCF does not compile: {done.stderr[-1000:]}")
        try:
            (workdir / "home" / PLACE).rename(place)
        except OSError:
            if not place.is_dir():  # another process was first
                raise
    return place
