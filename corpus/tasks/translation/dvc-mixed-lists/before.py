"""Publish the results of an experiment: tables and arrays beside the report that explains them."""

from pathlib import Path

import git
import numpy as np

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
index = repo.index
for scale in (1, 2):
    produced = write_all(scale)
    index.add(SCRIPTS)
    index.add(produced)
    index.commit(f"Results at scale {scale}")
    repo.git.tag(f"scale-{scale}")

Path("README.md").write_text("# Final results\n")
Path("results/summary.csv").write_text("scale,final\n")
index.add(["README.md", "results/summary.csv"])
index.commit("Final words")
print("commits:", len(list(repo.iter_commits())))
print("clean:", not repo.is_dirty())
