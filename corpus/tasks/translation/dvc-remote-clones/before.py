"""Two people share a dataset over a remote."""

import os

import git

ORIGIN = os.path.abspath("origin.git")


class Person:
    def __init__(self, name):
        self.name = name
        if not os.path.exists(name):
            self.repo = git.Repo.clone_from(ORIGIN, name)
        else:
            self.repo = git.Repo(name)
        self.origin = self.repo.remote("origin")

    def path(self, *parts):
        return os.path.join(self.repo.working_dir, *parts)

    def publish(self, rows, message):
        os.makedirs(self.path("data"), exist_ok=True)
        with open(self.path("data", "shared.csv"), "w") as file:
            file.write("\n".join(rows) + "\n")
        self.repo.index.add([self.path("data", "shared.csv")])
        self.repo.index.commit(f"{self.name}: {message}")
        try:
            self.origin.push("HEAD:main")
        except git.GitCommandError as error:
            print("not published:", error)

    def update(self):
        self.origin.pull("main")

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
