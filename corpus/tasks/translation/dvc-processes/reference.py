"""Version a model with git, run as a process."""

import os
import subprocess

import dvc.repo


def open_dvc(root):
    """Open DVC in a git working tree, set up on first use; git stages what DVC adds."""
    if not os.path.isdir(os.path.join(root, ".dvc")):
        dvc.repo.Repo.init(root)
    return dvc.repo.Repo(root, config={"core": {"autostage": True}})


MODEL = "model.bin"


def commit(message):
    subprocess.check_call(["git", "commit", "-q", "-m", message])


subprocess.run(["git", "init", "-q"], check=True)
for number in (1, 2):
    with open(MODEL, "wb") as file:
        file.write(bytes([number] * 8))
    with open("settings.yaml", "w") as file:
        file.write(f"number: {number}\n")
    subprocess.run(["git", "rm", "-rq", "--cached", "--ignore-unmatch", MODEL], check=True)
    open_dvc(".").add(MODEL)
    subprocess.run(["git", "add", "settings.yaml"], check=True)
    commit(f"Model {number}")
    os.system(f"git tag m{number}")

os.system("git checkout -q m1")
open_dvc(".").checkout()
with open(MODEL, "rb") as file:
    print("m1:", sum(file.read()), flush=True)
subprocess.run("git checkout -q m2", shell=True, check=True)
open_dvc(".").checkout()
with open(MODEL, "rb") as file:
    print("m2:", sum(file.read()), flush=True)
log = subprocess.run(["git", "log", "--format=%s"], capture_output=True, text=True, check=True)
print("log:", log.stdout.split("\n")[:2])
