"""Collect measurements, version by version."""

import os

import dvc.repo
import git


def open_dvc(root):
    """Open DVC in a git working tree, set up on first use; git stages what DVC adds."""
    if not os.path.isdir(os.path.join(root, ".dvc")):
        dvc.repo.Repo.init(root)
    return dvc.repo.Repo(root, config={"core": {"autostage": True}})


repo = git.Repo.init(".")
dvc_repo = open_dvc(repo.working_dir)

with open("measurements.csv", "w") as file:
    file.write("day,value\n1,0.5\n")
dvc_repo.add("measurements.csv")
repo.index.commit("First measurements")
repo.create_tag("v1")

with open("measurements.csv", "a") as file:
    file.write("2,0.7\n")
dvc_repo.add("measurements.csv")
repo.index.commit("Second day")
repo.create_tag("v2")

print("commits:", len(list(repo.iter_commits())))
print("tags:", ", ".join(tag.name for tag in repo.tags))
