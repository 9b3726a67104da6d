"""A dataset that is cleaned, renamed and dropped, with git's own commands."""

import os

import dvc.api
import dvc.repo
from git import Repo


def open_dvc(root):
    """Open DVC in a git working tree, set up on first use; git stages what DVC adds."""
    if not os.path.isdir(os.path.join(root, ".dvc")):
        dvc.repo.Repo.init(root)
    return dvc.repo.Repo(root, config={"core": {"autostage": True}})


os.makedirs("data", exist_ok=True)
repo = Repo.init()
dvc_repo = open_dvc(repo.working_dir)


def write(path, text):
    with open(path, "w") as file:
        file.write(text)


write("data/raw.csv", "a,b\n1,\n2,3\n")
write("notes.md", "raw data as delivered\n")
dvc_repo.add("data/raw.csv")
repo.git.add("notes.md")
repo.git.commit("-m", "Raw data")
repo.git.tag("raw")

write("data/clean.csv", "a,b\n2,3\n")
dvc_repo.add("data/clean.csv")
repo.git.commit(m="Clean data")

dvc_repo.move("data/clean.csv", "data/final.csv")
repo.git.commit(message="A better name")

dvc_repo.remove("data/raw.csv.dvc", outs=True)
repo.git.add("--update", "--", "data/raw.csv.dvc", "data/.gitignore")
repo.git.commit("-m", "Raw data is not needed any more")

print("tables:", sorted(name for name in os.listdir("data") if name.endswith(".csv")))
print("raw:", dvc.api.read("data/raw.csv", repo=repo.working_dir, rev="raw").removesuffix("\n").split())
print("notes:", repo.git.show("raw:notes.md"))
if repo.git.status("--porcelain", "--untracked-files=no") or bool(dvc_repo.status()):
    print("something is left")
print("log:", repo.git.log("--format=%s", "--reverse").split("\n"))
print("of the table:", repo.git.log("--format=%s", "--", "data/final.csv.dvc"))
