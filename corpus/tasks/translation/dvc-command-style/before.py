"""A dataset that is cleaned, renamed and dropped, with git's own commands."""

import os

from git import Repo

os.makedirs("data", exist_ok=True)
repo = Repo.init()


def write(path, text):
    with open(path, "w") as file:
        file.write(text)


write("data/raw.csv", "a,b\n1,\n2,3\n")
write("notes.md", "raw data as delivered\n")
repo.git.add("data/raw.csv", "notes.md")
repo.git.commit("-m", "Raw data")
repo.git.tag("raw")

write("data/clean.csv", "a,b\n2,3\n")
repo.git.add("data/clean.csv")
repo.git.commit(m="Clean data")

repo.git.mv("data/clean.csv", "data/final.csv")
repo.git.commit(message="A better name")

repo.git.rm("data/raw.csv")
repo.git.commit("-m", "Raw data is not needed any more")

print("tables:", sorted(name for name in os.listdir("data") if name.endswith(".csv")))
print("raw:", repo.git.show("raw:data/raw.csv").split())
print("notes:", repo.git.show("raw:notes.md"))
if repo.git.status("--porcelain", "--untracked-files=no"):
    print("something is left")
print("log:", repo.git.log("--format=%s", "--reverse").split("\n"))
print("of the table:", repo.git.log("--format=%s", "--", "data/final.csv"))
