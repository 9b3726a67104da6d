"""Publish the results of an experiment: tables and arrays beside the report that explains them."""

import os
from pathlib import Path

import dvc.repo
import git
import numpy as np


def open_dvc(root):
    """Open DVC in a git working tree, set up on first use; git stages what DVC adds."""
    if not os.path.isdir(os.path.join(root, ".dvc")):
        dvc.repo.Repo.init(root)
    return dvc.repo.Repo(root, config={"core": {"autostage": True}})


OUT = Path("results")
OUT.mkdir(exist_ok=True)
SCRIPTS = ["README.md", "settings.toml"]


def write_all(scale):
    np.save(OUT / "weights.npy", np.arange(4) * scale)
    (OUT / "summary.csv").write_text(f"scale,{scale}\n")
    Path("README.md").write_text(f"# Results at scale {scale}\n")
    Path("settings.toml").write_text(f"scale = {scale}\n")
    return ["results/weights.npy", "results/summary.csv"]


repo = git.Repo.init(str(Path.cwd()))
dvc_repo = open_dvc(repo.working_dir)
index = repo.index
for scale in (1, 2):
    produced = write_all(scale)
    index.add(SCRIPTS)
    dvc_repo.add(produced)
    index.update()
    index.commit(f"Results at scale {scale}")
    repo.git.tag(f"scale-{scale}")

Path("README.md").write_text("# Final results\n")
Path("results/summary.csv").write_text("scale,final\n")
dvc_repo.add("results/summary.csv")
index.update()
index.add(["README.md"])
index.commit("Final words")
print("commits:", len(list(repo.iter_commits())))
print("clean:", not (repo.is_dirty() or bool(dvc_repo.status())))
