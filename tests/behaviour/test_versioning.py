"""Scripts that version data with GitPython, translated to DVC and run with both libraries."""

import json
import os
import subprocess
import sys
import textwrap
from functools import lru_cache
from pathlib import Path

import pytest

from adapter.graph.catalogs import catalog_of
from adapter.graph.network import Route, route
from adapter.graph.store import packaged_atlas
from adapter.translate.file import translate_file


@lru_cache
def _route() -> Route:
    return route(packaged_atlas(), "git", "dvc")


def translated(text: str) -> str:
    way = _route()
    plan = translate_file(Path("script.py"), text.encode(), way, catalog_of(way.source), None).plan
    assert plan.error is None
    assert plan.gaps == []
    assert plan.after is not None
    return plan.after.decode()


@pytest.fixture
def machine(tmp_path: Path) -> dict[str, str]:
    """A machine on which git knows its user and DVC has a default remote; the folder `work` is empty."""
    home = tmp_path / "home"
    (home / ".config" / "dvc").mkdir(parents=True)
    (home / ".gitconfig").write_text(
        "[user]\n  name = Ada\n  email = ada@example.org\n[init]\n  defaultBranch = main\n"
    )
    storage = tmp_path / "storage"
    (home / ".config" / "dvc" / "config").write_text(
        f"[core]\n  remote = storage\n  analytics = false\n['remote \"storage\"']\n  url = {storage}\n"
    )
    (tmp_path / "work").mkdir()
    return {
        "HOME": str(home),
        "PATH": os.environ["PATH"],
        "PYTHONPATH": os.pathsep.join(path for path in sys.path if path),
        "XDG_CONFIG_HOME": str(home / ".config"),
        "DVC_SITE_CACHE_DIR": str(tmp_path / "site"),
    }


def run(text: str, machine: dict[str, str], folder: Path) -> str:
    script = folder.parent / "script.py"
    script.write_text(text)
    done = subprocess.run(
        [sys.executable, str(script)], cwd=folder, env=machine, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def git(folder: Path, *words: str) -> str:
    return subprocess.run(
        ["git", *words], cwd=folder, capture_output=True, text=True, check=True
    ).stdout.strip()


SAVES = """
import os
import git

repo = git.Repo.init(".", initial_branch="main")
origin = repo.create_remote("origin", os.environ["HOME"] + "/origin.git")
git.Repo.init(os.environ["HOME"] + "/origin.git", bare=True)
os.makedirs("data")


def save(rows, tag):
    with open("data/train.csv", "w") as file:
        file.write(rows)
    with open("notes.md", "a") as file:
        file.write(tag)
    repo.index.add(["data/train.csv", "notes.md"])
    repo.index.commit("Data " + tag)
    repo.create_tag(tag)
    origin.push("main")
    origin.push(tags=True)


save("1,2\\n", "v1")
save("3,4\\n", "v2")
repo.git.checkout("v1")
print(open("data/train.csv").read())
repo.git.checkout("main")
print(open("data/train.csv").read())
"""


def test_data_goes_to_the_remote_and_old_versions_come_back(tmp_path: Path, machine: dict[str, str]) -> None:
    work = tmp_path / "work"
    assert run(translated(SAVES), machine, work).split()[-2:] == ["1,2", "3,4"]
    listed = git(work, "ls-files").split()
    assert "data/train.csv.dvc" in listed
    assert "notes.md" in listed
    assert "data/train.csv" not in listed
    stored = {path.read_text() for path in (tmp_path / "storage").rglob("*") if path.is_file()}
    assert stored == {"1,2\n", "3,4\n"}
    assert git(tmp_path / "home" / "origin.git", "ls-tree", "-r", "--name-only", "main").split() == listed


QUESTIONS = """
import json
import os
import git

repo = git.Repo(".")
said = {}
repo.git.checkout("v2")
said["clean"] = repo.is_dirty()
open("data/train.csv", "w").write("5,6\\n")
said["dirty"] = repo.is_dirty()
said["untracked"] = repo.untracked_files
repo.git.add("data/train.csv")
repo.git.commit("-m", "More data")
said["after"] = repo.is_dirty()
said["paths"] = [item.a_path for item in repo.commit("v1").diff("v2")]
said["old"] = repo.git.show("v1:data/train.csv")
said["bytes"] = repo.commit("v2").tree["data/train.csv"].data_stream.read().decode()
said["history"] = len(list(repo.iter_commits("HEAD", paths="data/train.csv")))
repo.git.rm("data/train.csv")
repo.git.commit("-m", "No data")
said["gone"] = not os.path.exists("data/train.csv")
said["status"] = bool(repo.git.status("--porcelain"))
print(json.dumps(said))
"""


def test_questions_about_data_get_the_same_answers(tmp_path: Path, machine: dict[str, str]) -> None:
    work = tmp_path / "work"
    run(translated(SAVES), machine, work)
    said = json.loads(run(translated(QUESTIONS), machine, work).splitlines()[-1])
    assert "data/train.csv" in said.pop("paths")
    assert said == {
        "clean": False,
        "dirty": True,
        "untracked": [],
        "after": False,
        "old": "1,2",
        "bytes": "3,4\n",
        "history": 3,
        "gone": True,
        "status": False,
    }


CLONES = """
import os
import sys
import git


class Dataset:
    def __init__(self, url, folder):
        self.folder = folder
        self.repo = git.Repo.clone_from(url, folder)

    def update(self):
        self.repo.remotes.origin.pull()

    def read(self, tag):
        self.repo.git.checkout(tag)
        with open(os.path.join(self.folder, "data", "train.csv")) as file:
            return file.read()

    def write(self, rows, message):
        path = os.path.join("data", "train.csv")
        with open(os.path.join(self.folder, path), "w") as file:
            file.write(rows)
        self.repo.index.add([path])
        self.repo.index.commit(message)
        try:
            self.repo.remote("origin").push()
        except git.GitCommandError as error:
            print(error)


ours = Dataset(os.environ["HOME"] + "/origin.git", "ours")
theirs = Dataset(os.environ["HOME"] + "/origin.git", "theirs")
print(ours.read("v1"), ours.read("main"))
theirs.write("7,8\\n", "From elsewhere")
ours.update()
print(ours.read("main"))
"""


def test_clones_and_pulls_bring_the_data(tmp_path: Path, machine: dict[str, str]) -> None:
    work = tmp_path / "work"
    run(translated(SAVES), machine, work)
    other = tmp_path / "other"
    other.mkdir()
    lines = run(translated(CLONES), machine, other).split()[-3:]
    assert lines == ["1,2", "3,4", "7,8"]
    assert "data/train.csv.dvc" in git(other / "theirs", "ls-files")


MOVES_INTO = """
import git

repo = git.Repo(".")
open("model.pkl", "wb").write(b"second")
repo.index.add(["model.pkl"])
repo.index.commit("Second model")
"""


def test_data_that_git_tracks_already_leaves_it(tmp_path: Path, machine: dict[str, str]) -> None:
    work = tmp_path / "work"
    (work / "model.pkl").write_bytes(b"first")
    for words in (["init"], ["add", "."], ["commit", "-m", "First model"]):
        subprocess.run(["git", *words], cwd=work, env=machine, capture_output=True, check=True)
    run(translated(MOVES_INTO), machine, work)
    listed = git(work, "ls-files").split()
    assert "model.pkl.dvc" in listed
    assert "model.pkl" not in listed
    assert git(work, "show", "HEAD~1:model.pkl") == "first"
    assert git(work, "status", "--porcelain") == ""


PROCESSES = textwrap.dedent(
    """
    import subprocess
    import os

    subprocess.run(["git", "init", "-b", "main"], check=True)
    open("table.parquet", "wb").write(b"one")
    open("run.py", "w").write("print(1)")
    subprocess.run(["git", "add", "table.parquet", "run.py"], check=True)
    subprocess.check_call(["git", "commit", "-m", "One"])
    os.system("git tag v1")
    open("table.parquet", "wb").write(b"two")
    os.system("git add table.parquet")
    subprocess.check_call("git commit -m Two", shell=True)
    subprocess.run(["git", "checkout", "v1"], check=True)
    print(open("table.parquet", "rb").read())
    """
)


def test_commands_of_git_that_are_run_as_processes(tmp_path: Path, machine: dict[str, str]) -> None:
    work = tmp_path / "work"
    assert run(translated(PROCESSES), machine, work).split()[-1] == "b'one'"
    listed = git(work, "ls-files").split()
    assert "table.parquet.dvc" in listed
    assert "run.py" in listed
    assert "table.parquet" not in listed


COMMANDS = """
import subprocess

subprocess.run(["git", "init", "-q"], check=True)
subprocess.run(["dvc", "init", "-q"], check=True)
open("rows.csv", "w").write("1")
subprocess.run(["dvc", "add", "rows.csv"], check=True)
subprocess.run(["git", "add", "rows.csv.dvc", ".gitignore"], check=True)
subprocess.run(["git", "commit", "-qm", "Rows"], check=True)
subprocess.run(["dvc", "push", "-r", "storage"], check=True)
"""


def test_command_lines_of_dvc_become_calls(tmp_path: Path, machine: dict[str, str]) -> None:
    text = translated(COMMANDS)
    assert '"dvc"' not in text
    run(text, machine, tmp_path / "work")
    assert "rows.csv.dvc" in git(tmp_path / "work", "ls-files").split()
    assert [path.read_text() for path in (tmp_path / "storage").rglob("*") if path.is_file()] == ["1"]


GROWING = """
import os
import git

repo = git.Repo(".") if os.path.exists(".git") else git.Repo.init(".")
os.makedirs("data", exist_ok=True)
name = "data/%d.csv" % len(os.listdir("data"))
open(name, "w").write(name)
repo.git.add("data/*")
repo.git.commit("-m", name)
"""


def test_a_folder_that_grows_is_taken_in_as_a_whole(tmp_path: Path, machine: dict[str, str]) -> None:
    work = tmp_path / "work"
    for _ in range(2):
        run(translated(GROWING), machine, work)
    listed = git(work, "ls-files").split()
    assert "data.dvc" in listed
    assert not [path for path in listed if path.startswith("data/")]
