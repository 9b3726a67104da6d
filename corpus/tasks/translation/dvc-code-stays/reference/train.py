"""Count words, version the counts, then release the code."""

import os
from collections import Counter

import dvc.repo
from git import Repo
from release import release


def open_dvc(root):
    """Open DVC in a git working tree, set up on first use; git stages what DVC adds."""
    if not os.path.isdir(os.path.join(root, ".dvc")):
        dvc.repo.Repo.init(root)
    return dvc.repo.Repo(root, config={"core": {"autostage": True}})


TEXT = "to be or not to be"

repo = Repo.init()
dvc_repo = open_dvc(repo.working_dir)
with open("counts.csv", "w") as file:
    file.writelines(f"{word},{count}\n" for word, count in sorted(Counter(TEXT.split()).items()))
with open("CHANGELOG.md", "w") as file:
    file.write("- counts words\n")
dvc_repo.add("counts.csv")
repo.index.commit("Counts")
print("tags:", release("1.0"))
