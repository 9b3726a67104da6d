"""A store for datasets that keeps every version."""

import os

from git import Repo
from git.exc import InvalidGitRepositoryError


class DatasetStore:
    def __init__(self, folder):
        os.makedirs(os.path.join(folder, "data"), exist_ok=True)
        try:
            self.repo = Repo(folder)
        except InvalidGitRepositoryError:
            self.repo = Repo.init(folder)
        self.folder = folder

    def save(self, name, rows, version):
        path = os.path.join("data", name + ".csv")
        with open(os.path.join(self.folder, path), "w") as file:
            file.write("\n".join(rows) + "\n")
        self.repo.index.add([path])
        self.repo.index.commit("Save " + name + " " + version)
        self.repo.create_tag(version)

    def changed(self):
        return self.repo.is_dirty()

    def load(self, name, version=None):
        if version is not None:
            self.repo.git.checkout(version)
        with open(os.path.join(self.folder, "data", name + ".csv")) as file:
            return file.read().split()


store = DatasetStore("store")
store.save("scores", ["1", "2"], "v1")
store.save("scores", ["1", "2", "3"], "v2")
print("changed:", store.changed())
print("v1:", store.load("scores", "v1"))
print("v2:", store.load("scores", "v2"))
with open(os.path.join("store", "data", "scores.csv"), "a") as handle:
    handle.write("4\n")
print("changed:", store.changed())
