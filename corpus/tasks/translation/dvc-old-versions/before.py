"""Look back at what a table was."""

import io

import pandas as pd
from git import Repo

TABLE = "table.csv"
repo = Repo.init(".")


def save(frame, tag):
    frame.to_csv(TABLE, index=False)
    repo.index.add([TABLE])
    commit = repo.index.commit("Table " + tag)
    repo.create_tag(tag, message="as of " + tag)
    return commit


def read(revision):
    blob = repo.commit(revision).tree[TABLE]
    return pd.read_csv(io.BytesIO(blob.data_stream.read()))


frame = pd.DataFrame({"x": [1, 2, 3]})
old = save(frame, "spring")
new = save(frame * 10, "summer")
print("spring:", read("spring")["x"].sum())
print("summer:", read("summer")["x"].sum())
print("text:", repo.git.show(f"{old.hexsha}:{TABLE}").split())
print("commits:", [commit.message for commit in repo.iter_commits("HEAD", paths=TABLE)])

repo.git.checkout("spring", "--", TABLE)
print("restored:", pd.read_csv(TABLE)["x"].sum())
repo.git.reset("--hard", "summer")
print("reset:", pd.read_csv(TABLE)["x"].sum())
print("same:", not repo.is_dirty())
