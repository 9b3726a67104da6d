"""Version a model with git, run as a process."""

import os
import subprocess

MODEL = "model.bin"


def commit(message):
    subprocess.check_call(["git", "commit", "-q", "-m", message])


subprocess.run(["git", "init", "-q"], check=True)
for number in (1, 2):
    with open(MODEL, "wb") as file:
        file.write(bytes([number] * 8))
    with open("settings.yaml", "w") as file:
        file.write(f"number: {number}\n")
    subprocess.run(["git", "add", MODEL, "settings.yaml"], check=True)
    commit(f"Model {number}")
    os.system(f"git tag m{number}")

os.system("git checkout -q m1")
with open(MODEL, "rb") as file:
    print("m1:", sum(file.read()), flush=True)
subprocess.run("git checkout -q m2", shell=True, check=True)
with open(MODEL, "rb") as file:
    print("m2:", sum(file.read()), flush=True)
log = subprocess.run(["git", "log", "--format=%s"], capture_output=True, text=True, check=True)
print("log:", log.stdout.split("\n")[:2])
