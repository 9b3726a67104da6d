"""`adapter fleet`: what is handed over, what is resumed, and that one repository never stops the others."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.fleet.conftest import DO, TRAIN, fleet_command, git, make_repository

Fleet = Callable[..., subprocess.CompletedProcess[str]]


def patches(folder: Path) -> dict[str, bytes]:
    results = folder / ".adapter" / "fleet" / "results"
    return {path.parent.name: path.read_bytes() for path in sorted(results.glob("*/changes.patch"))}


class TestDelivery:
    def test_a_patch_leaves_the_repository_as_it_was(self, fleet: Fleet, tmp_path: Path) -> None:
        repository = make_repository(tmp_path / "one", {"train.py": TRAIN, "requirements.txt": "wandb\n"})
        done = fleet("one", *DO)
        assert done.returncode == 0, done.stderr
        assert git(repository, "status", "--short", "--branch") == "## main\n"
        (patch,) = patches(tmp_path).values()
        subprocess.run(["git", "apply"], cwd=repository, input=patch, check=True)
        assert "mlflow.log_metrics({'loss': 1.0}, step=1)" in (repository / "train.py").read_text()
        assert (repository / "requirements.txt").read_text().startswith("mlflow")

    def test_a_branch_has_a_commit_that_says_what_was_done(self, fleet: Fleet, tmp_path: Path) -> None:
        code = TRAIN + "wandb.sweep({})\n"
        repository = make_repository(tmp_path / "one", {"train.py": code})
        fleet("one", *DO, "--deliver", "branch")
        name = "adapter/translate-wandb-mlflow"
        message = git(repository, "log", "-1", "--format=%B", name)
        assert message.startswith("Move from wandb to mlflow\n\n1 files changed: ")
        assert "What is left:\n" in message
        assert "\n- wandb.sweep (no-edge): a sweep is a search" in message
        assert "mlflow.log_metrics" in git(repository, "show", f"{name}:train.py")
        assert (repository / "train.py").read_text() == code

    def test_another_branch_of_that_name_is_not_overwritten(self, fleet: Fleet, tmp_path: Path) -> None:
        repository = make_repository(tmp_path / "one", {"train.py": TRAIN})
        git(repository, "branch", "mine")
        done = fleet("one", *DO, "--deliver", "branch", "--branch", "mine")
        assert done.returncode == 2
        assert "there is another branch mine already; name a new one with --branch" in done.stdout
        assert git(repository, "show", "mine:train.py") == TRAIN

    def test_in_place_can_be_undone(self, fleet: Fleet, tmp_path: Path) -> None:
        repository = make_repository(tmp_path / "one", {"train.py": TRAIN})
        (repository / "new.py").write_text(TRAIN)
        fleet("one", *DO, "--deliver", "in-place")
        assert "mlflow.init" not in (repository / "train.py").read_text()
        assert "mlflow" in (repository / "new.py").read_text()
        subprocess.run([sys.executable, "-m", "adapter", "undo", "--in", str(repository)], check=True)
        assert (repository / "train.py").read_text() == (repository / "new.py").read_text() == TRAIN

    def test_a_folder_without_git_gets_a_patch(self, fleet: Fleet, tmp_path: Path) -> None:
        (tmp_path / "plain").mkdir()
        (tmp_path / "plain" / "train.py").write_text(TRAIN)
        assert fleet("plain", *DO).returncode == 0
        assert len(patches(tmp_path)) == 1

    def test_several_commands_follow_one_another(self, fleet: Fleet, tmp_path: Path) -> None:
        make_repository(tmp_path / "one", {"train.py": TRAIN + "wandb.log({})\n"})
        done = fleet("one", *DO, "--do", "translate --from mlflow --to wandb")
        assert done.stdout.startswith("changed")
        (patch,) = patches(tmp_path).values()
        assert b"mlflow" not in patch
        reports = (tmp_path / ".adapter" / "fleet" / "results").glob("*/report-*.json")
        assert len(list(reports)) == 2

    def test_an_address_is_cloned(self, fleet: Fleet, tmp_path: Path) -> None:
        repository = make_repository(tmp_path / "one", {"train.py": TRAIN})
        done = fleet(repository.as_uri(), *DO, "--deliver", "branch")
        assert done.returncode == 0, done.stdout
        (clone,) = (tmp_path / ".adapter" / "fleet" / "results").glob("*/clone")
        assert "mlflow" in git(clone, "show", "adapter/translate-wandb-mlflow:train.py")


class TestResuming:
    def test_what_is_done_is_not_done_again(self, fleet: Fleet, tmp_path: Path) -> None:
        repository = make_repository(tmp_path / "one", {"train.py": TRAIN})
        fleet("one", *DO)
        first = patches(tmp_path)
        done = fleet("one", *DO)
        assert "(done before)" in done.stdout
        assert patches(tmp_path) == first

        (repository / "train.py").write_text(TRAIN + "wandb.log({'loss': 0.5}, step=2)\n")
        git(repository, "commit", "--quiet", "--all", "--message", "more")
        assert "(done before)" not in fleet("one", *DO).stdout
        assert patches(tmp_path) != first

    def test_a_fleet_that_is_killed_goes_on(self, fleet: Fleet, tmp_path: Path) -> None:
        for number in range(8):
            make_repository(tmp_path / f"r{number}", {"train.py": TRAIN, "more.py": TRAIN * 20})
        assert fleet(".", *DO).returncode == 0
        wanted = patches(tmp_path)
        (tmp_path / ".adapter").rename(tmp_path / "uninterrupted")
        moments = random.Random(7)
        for _ in range(2):
            process = fleet_command(tmp_path, ".", *DO, "--jobs", "2")
            time.sleep(moments.uniform(0.5, 4.0))
            os.killpg(process.pid, signal.SIGKILL)
            process.communicate()
        done = fleet(".", *DO, "--jobs", "2")
        assert done.returncode == 0, done.stdout
        assert patches(tmp_path) == wanted
        assert not list((tmp_path / ".adapter" / "fleet" / "work").iterdir())

    def test_two_fleets_do_not_share_a_folder(self, fleet: Fleet, tmp_path: Path) -> None:
        import fcntl

        make_repository(tmp_path / "one", {"train.py": TRAIN})
        state = tmp_path / ".adapter" / "fleet"
        state.mkdir(parents=True)
        with (state / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            done = fleet("one", *DO)
        assert done.returncode == 2
        assert "another fleet is at work" in done.stderr


def test_one_broken_repository_does_not_stop_the_others(fleet: Fleet, tmp_path: Path) -> None:
    make_repository(tmp_path / "a", {"train.py": TRAIN})
    broken = make_repository(tmp_path / "b", {"train.py": TRAIN})
    for path in (broken / ".git" / "objects").rglob("*"):
        if path.is_file():
            path.unlink()
    empty = tmp_path / "c"
    empty.mkdir()
    git(empty, "init", "--quiet")
    make_repository(tmp_path / "d", {"train.py": TRAIN})
    done = fleet(".", *DO)
    states = {line.split()[1]: line.split()[0] for line in done.stdout.splitlines()}
    assert states == {"a": "changed", "b": "failed", "c": "failed", "d": "changed"}
    assert done.returncode == 2
    assert "c  it has no commit" in done.stdout


class TestVerification:
    def test_what_fails_is_not_handed_over(self, fleet: Fleet, tmp_path: Path) -> None:
        repository = make_repository(tmp_path / "one", {"train.py": TRAIN})
        done = fleet("one", *DO, "--deliver", "branch", "--verify", "grep -q wandb.log train.py")
        assert done.returncode == 1
        assert done.stdout.startswith("rejected")
        assert "`grep -q wandb.log train.py` failed" in done.stdout
        assert "adapter" not in git(repository, "branch")

    def test_bisecting_puts_back_only_what_breaks(self, fleet: Fleet, tmp_path: Path) -> None:
        files = {f"part{number}.py": TRAIN for number in range(7)}
        make_repository(tmp_path / "one", files)
        check = "grep -q wandb.log part2.py && grep -q wandb.log part5.py"
        done = fleet("one", *DO, "--verify", check, "--bisect")
        assert done.returncode == 0, done.stdout
        assert "2 files put back: part2.py, part5.py" in done.stdout
        (patch,) = patches(tmp_path).values()
        assert patch.count(b"+++ b/") == 5
        assert b"part2.py" not in patch

    def test_a_command_that_fails_anyway_is_said(self, fleet: Fleet, tmp_path: Path) -> None:
        make_repository(tmp_path / "one", {"train.py": TRAIN})
        done = fleet("one", *DO, "--verify", "false", "--bisect")
        assert done.returncode == 2
        assert "`false` fails without any change too" in done.stdout

    def test_the_command_runs_in_the_sandbox(self, fleet: Fleet, tmp_path: Path) -> None:
        make_repository(tmp_path / "one", {"train.py": TRAIN})
        marker = tmp_path / "marker"
        check = 'test -z "$SOURCE_DATE_EPOCH" && test "$HOME" != ~root && touch inside'
        done = fleet("one", *DO, "--verify", check)
        assert done.returncode == 0, done.stdout
        assert not marker.exists()
        assert not (tmp_path / "one" / "inside").exists()


class TestUsage:
    @pytest.mark.parametrize(
        ("arguments", "message"),
        [
            (("one",), "say what to do, for example --do 'translate --from wandb --to mlflow'"),
            (("one", "--do", "undo"), "--do takes one of translate, inline, upgrade, run, not 'undo'"),
            (("one", *DO[:1], DO[1] + " --write"), "--write in --do is the fleet's own affair"),
            (("one", *DO, "--bisect"), "--bisect needs --verify"),
            (("nowhere", *DO), "'nowhere' is neither a folder nor the address of a git repository"),
            (("--from-file", "list", *DO), "list:2: 'nowhere' is neither"),
            (("one", *DO, "--deliver", "post"), "'post' is none of patch, branch, in-place"),
            (("one", *DO, "--engine", "slurm"), "'slurm' is none of local, ray"),
            (DO, "name repositories, or a file that lists them with --from-file"),
        ],
    )
    def test_wrong_usage_is_said(
        self, fleet: Fleet, tmp_path: Path, arguments: tuple[str, ...], message: str
    ) -> None:
        make_repository(tmp_path / "one", {"train.py": TRAIN})
        (tmp_path / "list").write_text("# ours\nnowhere\n")
        done = fleet(*arguments)
        assert done.returncode == 2
        assert message in done.stderr
