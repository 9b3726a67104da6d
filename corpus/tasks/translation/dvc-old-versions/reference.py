"""Look back at what a table was."""

import io
import os

import dvc.api
import dvc.repo
import pandas as pd
from git import Repo


def open_dvc(root):
    """Open DVC in a git working tree, set up on first use; git stages what DVC adds."""
    if not os.path.isdir(os.path.join(root, ".dvc")):
        dvc.repo.Repo.init(root)
    return dvc.repo.Repo(root, config={"core": {"autostage": True}})


TABLE = "table.csv"
repo = Repo.init(".")
dvc_repo = open_dvc(repo.working_dir)


def save(frame, tag):
    frame.to_csv(TABLE, index=False)
    dvc_repo.add(TABLE)
    commit = repo.index.commit("Table " + tag)
    repo.create_tag(tag, message="as of " + tag)
    return commit


def read(revision):
    return pd.read_csv(io.BytesIO(dvc.api.read(
        TABLE,
        repo=repo.working_dir,
        rev=revision,
        mode="rb",
    )))


frame = pd.DataFrame({"x": [1, 2, 3]})
old = save(frame, "spring")
new = save(frame * 10, "summer")
print("spring:", read("spring")["x"].sum())
print("summer:", read("summer")["x"].sum())
print("text:", dvc.api.read(TABLE, repo=repo.working_dir, rev=old.hexsha).removesuffix("\n").split())
print("commits:", [commit.message for commit in repo.iter_commits(
    "HEAD",
    paths=f"{TABLE}.dvc",
)])

repo.git.checkout("spring", "--", f"{TABLE}.dvc")
dvc_repo.checkout(f"{TABLE}.dvc", force=True)
print("restored:", pd.read_csv(TABLE)["x"].sum())
repo.git.reset("--hard", "summer")
dvc_repo.checkout(force=True)
print("reset:", pd.read_csv(TABLE)["x"].sum())
print("same:", not (repo.is_dirty() or bool(dvc_repo.status())))
