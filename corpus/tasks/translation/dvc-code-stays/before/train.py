"""Count words, version the counts, then release the code."""

from collections import Counter

from git import Repo
from release import release

TEXT = "to be or not to be"

repo = Repo.init()
with open("counts.csv", "w") as file:
    file.writelines(f"{word},{count}\n" for word, count in sorted(Counter(TEXT.split()).items()))
with open("CHANGELOG.md", "w") as file:
    file.write("- counts words\n")
repo.index.add(["counts.csv"])
repo.index.commit("Counts")
print("tags:", release("1.0"))
