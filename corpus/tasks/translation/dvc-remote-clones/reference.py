"""Two people share a dataset over a remote."""

import os

import dvc.repo
import git
from dvc.exceptions import DvcException


def open_dvc(root):
    """Open DVC in a git working tree, set up on first use; git stages what DVC adds."""
    if not os.path.isdir(os.path.join(root, ".dvc")):
        dvc.repo.Repo.init(root)
    return dvc.repo.Repo(root, config={"core": {"autostage": True}})


ORIGIN = os.path.abspath("origin.git")


class Person:
    def __init__(self, name):
        self.name = name
        if not os.path.exists(name):
            self.repo = git.Repo.clone_from(ORIGIN, name)
            self.dvc_repo = open_dvc(self.repo.working_dir)
            self.dvc_repo.pull()
        else:
            self.repo = git.Repo(name)
            self.dvc_repo = open_dvc(self.repo.working_dir)
        self.origin = self.repo.remote("origin")

    def path(self, *parts):
        return os.path.join(self.repo.working_dir, *parts)

    def publish(self, rows, message):
        os.makedirs(self.path("data"), exist_ok=True)
        with open(self.path("data", "shared.csv"), "w") as file:
            file.write("\n".join(rows) + "\n")
        self.repo.git.rm(
            "-rq",
            "--cached",
            "--ignore-unmatch",
            self.path("data", "shared.csv"),
        )
        self.dvc_repo.add(
            os.path.join(self.repo.working_dir, self.path("data", "shared.csv")),
        )
        self.repo.index.commit(f"{self.name}: {message}")
        try:
            self.dvc_repo.push()
            self.origin.push("HEAD:main")
        except (git.GitCommandError, DvcException) as error:
            print("not published:", error)

    def update(self):
        self.origin.pull("main")
        self.dvc_repo.pull()

    def rows(self):
        with open(self.path("data", "shared.csv")) as file:
            return file.read().split()


git.Repo.init(ORIGIN, bare=True, initial_branch="main")
ada = Person("ada")
ada.publish(["1", "2"], "first rows")
bob = Person("bob")
print("bob has", bob.rows())
bob.publish(["1", "2", "3"], "one more")
ada.update()
print("ada has", ada.rows())
late = Person("carol")
print("carol has", late.rows())
