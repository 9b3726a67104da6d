"""Version whatever a job leaves in its folder: large files apart from small ones."""

import os

import dvc.repo
import git


def open_dvc(root):
    """Open DVC in a git working tree, set up on first use; git stages what DVC adds."""
    if not os.path.isdir(os.path.join(root, ".dvc")):
        dvc.repo.Repo.init(root)
    return dvc.repo.Repo(root, config={"core": {"autostage": True}})


LIMIT = 1000
SKIPPED = (".tmp", ".lock")


class Archive:
    """Keeps the output of jobs."""

    def __init__(self, root):
        os.makedirs(root, exist_ok=True)
        self.root = root
        self.repo = git.Repo.init(root)
        self.dvc_repo = open_dvc(self.repo.working_dir)

    def is_large(self, name):
        return os.path.getsize(os.path.join(self.root, name)) > LIMIT

    def take(self, message):
        large, small = [], []
        for name in sorted(os.listdir(self.root)):
            if name.startswith(".") or name.endswith(SKIPPED):
                continue
            if self.is_large(name):
                large.append(name)
            else:
                small.append(name)
        if small:
            self.repo.index.add(small)
        for name in large:
            self.dvc_repo.add(os.path.join(self.repo.working_dir, name))
        self.repo.index.commit(message)
        print(message, "large:", [name for name in large], "small:", len(small))


def job(root, number):
    with open(os.path.join(root, "trace"), "w") as file:
        file.write(f"{number}\n" * 2000)
    with open(os.path.join(root, "status"), "w") as file:
        file.write(f"job {number} done\n")
    with open(os.path.join(root, "job.lock"), "w") as file:
        file.write("locked\n")


archive = Archive("jobs")
job("jobs", 1)
archive.take("First job")
job("jobs", 2)
archive.take("Second job")
archive.repo.git.checkout("HEAD~1")
open_dvc(archive.repo.working_dir).checkout()
with open("jobs/trace") as handle:
    print("before:", handle.readline().strip())
archive.repo.git.checkout("main")
open_dvc(archive.repo.working_dir).checkout()
