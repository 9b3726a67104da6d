"""Collect measurements, version by version."""

import git

repo = git.Repo.init(".")

with open("measurements.csv", "w") as file:
    file.write("day,value\n1,0.5\n")
repo.index.add(["measurements.csv"])
repo.index.commit("First measurements")
repo.create_tag("v1")

with open("measurements.csv", "a") as file:
    file.write("2,0.7\n")
repo.index.add(["measurements.csv"])
repo.index.commit("Second day")
repo.create_tag("v2")

print("commits:", len(list(repo.iter_commits())))
print("tags:", ", ".join(tag.name for tag in repo.tags))
