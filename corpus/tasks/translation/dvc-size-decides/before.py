"""Version whatever a job leaves in its folder: large files apart from small ones."""

import os

import git

LIMIT = 1000
SKIPPED = (".tmp", ".lock")


class Archive:
    """Keeps the output of jobs."""

    def __init__(self, root):
        os.makedirs(root, exist_ok=True)
        self.root = root
        self.repo = git.Repo.init(root)

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
            self.repo.index.add([name])
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
with open("jobs/trace") as handle:
    print("before:", handle.readline().strip())
archive.repo.git.checkout("main")
