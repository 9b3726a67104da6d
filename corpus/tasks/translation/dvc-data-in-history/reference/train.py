"""Append today's price and publish everything that changed."""

import os

import dvc.repo
import git
from start import start


def open_dvc(root):
    """Open DVC in a git working tree, set up on first use; git stages what DVC adds."""
    if not os.path.isdir(os.path.join(root, ".dvc")):
        dvc.repo.Repo.init(root)
    return dvc.repo.Repo(root, config={"core": {"autostage": True}})


if not os.path.exists(".git"):
    start()

repo = git.Repo(".")
dvc_repo = open_dvc(repo.working_dir)
with open("data/prices.csv", "ab") as file:
    file.write(b"2\n")
with open("show.py", "a") as file:
    file.write('print("more")\n')

repo.git.rm("-rq", "--cached", "--ignore-unmatch", "data/prices.csv")
dvc_repo.add("data/prices.csv")
repo.git.add(A=True)
repo.git.commit("-m", "Today")
repo.create_tag("today")
print("last:", open("data/prices.csv").read().split()[-1])
print("changes:", repo.is_dirty() or bool(dvc_repo.status()))
