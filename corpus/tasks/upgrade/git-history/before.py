"""Tells which files a history renames."""

import json
import pathlib

import git

repo = git.Repo.init("history", initial_branch="main")
with repo.config_writer() as config:
    config.set_value("user", "name", "A").set_value("user", "email", "a@example.org")
place = pathlib.Path(repo.working_dir)
(place / "a.txt").write_text("one\n" * 20)
repo.index.add(["a.txt"])
repo.index.commit("first")
repo.git.mv("a.txt", "b.txt")
repo.index.commit("second")
(place / "c.txt").write_text("new\n")
repo.index.add(["c.txt"])
repo.index.commit("third")

messages = [commit.message for commit in repo.commits("main", max_count=2)]
renamed = [diff.b_path for diff in repo.commit("main~2").diff("main~1", M=True) if diff.renamed]
print(json.dumps({"messages": messages, "renamed": renamed}))
