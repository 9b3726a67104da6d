"""Append today's price and publish everything that changed."""

import os

import git
from start import start

if not os.path.exists(".git"):
    start()

repo = git.Repo(".")
with open("data/prices.csv", "ab") as file:
    file.write(b"2\n")
with open("show.py", "a") as file:
    file.write('print("more")\n')

repo.git.add(A=True)
repo.git.commit("-m", "Today")
repo.create_tag("today")
print("last:", open("data/prices.csv").read().split()[-1])
print("changes:", repo.is_dirty())
