"""Manifests as a whole: which files they are, and what holds for all of them."""

import configparser
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from adapter.source.manifests import Request, is_manifest, plan_manifest

REQUIREMENTS = st.sampled_from(
    [
        "wandb",
        "WandB==0.12",
        "wandb[media]>=0.1,<1",
        "mlflow",
        "mlflow==2.1",
        "torch>=2",
        "numpy",
        "wandb-core",
    ]
)
REQUESTS = st.builds(
    Request, st.just("wandb"), st.just("mlflow"), st.sampled_from(["", ">=2.10,<4"]), st.booleans()
)
MANIFESTS = (
    "requirements.txt requirements-dev.txt requirements_gpu.txt dev-requirements.txt requirements.in "
    "constraints.txt requirements/base.txt pyproject.toml setup.cfg setup.py Pipfile environment.yml "
    "environment-gpu.yaml conda.yaml conda_env.yml python_env.yaml"
).split()
NEWLINES = st.sampled_from(["\n", "\r\n"])


@pytest.mark.parametrize("path", MANIFESTS)
def test_a_manifest(path: str) -> None:
    assert is_manifest(Path(path))


@pytest.mark.parametrize(
    "path",
    ["train.py", "notes.txt", "config.yaml", "Pipfile.lock", "poetry.toml", "environment.py", "envoy.yaml"],
)
def test_no_manifest(path: str) -> None:
    assert not is_manifest(Path(path))


def lines_of_requirements(items: list[str], newline: str) -> str:
    return newline.join(["# top", *items, ""])


def pyproject(items: list[str], newline: str) -> str:
    quoted = [f'    "{item}",  # note' for item in items]
    return newline.join(["[project]", "dependencies = [", *quoted, "]", ""])


def one_line_pyproject(items: list[str], newline: str) -> str:
    return f"[dependency-groups]{newline}dev = [{', '.join(map(repr, items))}]{newline}"


def setup_cfg(items: list[str], newline: str) -> str:
    return newline.join(["[options]", "install_requires =", *(f"    {item}" for item in items), ""])


def setup_py(items: list[str], newline: str) -> str:
    return f"from x import setup{newline}setup(install_requires={items!r}){newline}"


def environment(items: list[str], newline: str) -> str:
    return newline.join(
        ["dependencies:", "- python", "- pip:", *(f"  - {item}" for item in items), "- zlib", ""]
    )


FORMS = {
    "requirements.txt": (lines_of_requirements, lambda text: None),
    "pyproject.toml": (pyproject, tomllib.loads),
    "a/pyproject.toml": (one_line_pyproject, tomllib.loads),
    "setup.cfg": (setup_cfg, lambda text: configparser.ConfigParser().read_string(text)),
    "setup.py": (setup_py, lambda text: compile(text, "setup.py", "exec")),
    "environment.yml": (environment, yaml.safe_load),
}


@given(st.sampled_from(sorted(FORMS)), st.lists(REQUIREMENTS, max_size=6), REQUESTS, NEWLINES)
def test_any_list_stays_in_order_and_a_second_run_changes_nothing(
    name: str, items: list[str], request: Request, newline: str
) -> None:
    write, parse = FORMS[name]
    before = write(items, newline)
    plan = plan_manifest(Path(name), before.encode(), request)
    after = (plan.after or plan.before).decode()
    parse(after)
    assert plan.error is None
    assert plan_manifest(Path(name), after.encode(), request).after is None
    others = [item for item in items if item in ("torch>=2", "numpy", "wandb-core")]
    positions = [after.count(item) for item in others]
    assert positions == [before.count(item) for item in others]
    has_old = any(item.lower().startswith("wandb") and item != "wandb-core" for item in items)
    assert ("mlflow" in after) == (has_old or "mlflow" in before)
    assert plan.sites == sum(item.lower().startswith("wandb") and item != "wandb-core" for item in items)
    if has_old and not request.keep:
        assert "wandb" not in after.lower().replace("wandb-core", "")
    assert after.count("\n") == after.count("\r\n") or newline == "\n"


@given(
    st.sampled_from(sorted(FORMS)),
    st.lists(REQUIREMENTS.filter(lambda item: "mlflow" not in item), max_size=6),
)
def test_the_new_distribution_is_listed_once(name: str, items: list[str]) -> None:
    before = FORMS[name][0](items, "\n")
    plan = plan_manifest(Path(name), before.encode(), Request("wandb", "mlflow"))
    assert (plan.after or b"").count(b"mlflow") <= 1


def test_the_slow_parsers_are_loaded_only_when_a_file_needs_them() -> None:
    code = (
        "import sys; from pathlib import Path; from adapter.source.manifests import Request, plan_manifest;"
        "plan_manifest(Path('environment.yml'), b'dependencies: [torch', Request('wandb', 'mlflow'));"
        "heavy = ('ruamel', 'tree_sitter', 'tomllib', 'configparser');"
        "print([name for name in heavy if name in sys.modules])"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout == "[]\n"
