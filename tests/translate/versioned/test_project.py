"""Projects that version data: what one file says about another, and what `--data` adds."""

from pathlib import Path

from adapter.plan import Plan
from adapter.translate.pipeline import Options, translate_paths


def translate(folder: Path, files: dict[str, str], *data: str) -> dict[str, Plan]:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    plans = translate_paths([folder], Options("gitpython", "dvc", data=data))
    return {plan.path.relative_to(folder).as_posix(): plan for plan in plans}


STORE = """import git


def save(repo, paths, message):
    repo.index.add(paths)
    repo.index.commit(message)


def publish(folder):
    git.Repo(folder).remotes.origin.push()
"""
USER = """import store
from git import Repo

store.save(Repo("."), ["a.csv"], "Rows")
"""
RELEASE = """import git

repo = git.Repo(".")
repo.index.add(["version.py"])
repo.index.commit("Release")
repo.remotes.origin.push()
"""


def test_a_caller_shows_that_a_helper_versions_data(tmp_path: Path) -> None:
    plans = translate(tmp_path, {"store.py": STORE, "use.py": USER})
    after = (plans["store.py"].after or b"").decode()
    assert "open_dvc(repo.working_dir).add(" in after
    assert after.index(".push()") < after.index("remotes.origin.push()")
    assert not plans["use.py"].changed


def test_the_second_run_changes_nothing(tmp_path: Path) -> None:
    for path, plan in translate(tmp_path, {"store.py": STORE, "use.py": USER}).items():
        (tmp_path / path).write_bytes(plan.after or plan.before)
    assert not any(plan.changed for plan in translate(tmp_path, {}).values())


def test_code_is_left_alone_and_said_to_be(tmp_path: Path) -> None:
    plan = translate(tmp_path, {"release.py": RELEASE})["release.py"]
    assert not plan.changed
    assert plan.gaps == []
    assert plan.ignored
    assert all(each.on_purpose for each in plan.ignored)


def test_manifests_get_dvc_and_keep_git(tmp_path: Path) -> None:
    script = 'import git\n\nrepo = git.Repo(".")\nrepo.index.add(["a.csv"])\n'
    plans = translate(tmp_path, {"a.py": script, "requirements.txt": "GitPython==3.1.44\n"})
    after = (plans["requirements.txt"].after or b"").decode()
    assert "GitPython==3.1.44" in after
    assert "dvc>=3,<4" in after


def test_a_pattern_splits_an_add_of_everything(tmp_path: Path) -> None:
    script = 'import git\n\nrepo = git.Repo(".")\nrepo.git.add(all=True)\nrepo.git.push()\n'
    plan = translate(tmp_path, {"a.py": script}, "out/*.json")["a.py"]
    after = (plan.after or b"").decode()
    assert 'dvc_repo.add("out/*.json", glob=True)\nrepo.git.add(all=True)\n' in after
    assert "dvc_repo.push()\nrepo.git.push()\n" in after
