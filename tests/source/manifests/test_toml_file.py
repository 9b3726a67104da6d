"""pyproject.toml and Pipfile, in the dialect of every packaging tool."""

from pathlib import Path

import pytest

from adapter.source.manifests import Request, plan_manifest

TO_MLFLOW = Request("wandb", "mlflow", ">=2.10")
KEEP = Request("wandb", "mlflow", ">=2.10", keep=True)


def after(before: str, request: Request = TO_MLFLOW, name: str = "pyproject.toml") -> str:
    plan = plan_manifest(Path(name), before.encode(), request)
    assert plan.error is None
    return (plan.before if plan.after is None else plan.after).decode()


@pytest.mark.parametrize(
    ("before", "expected"),
    [
        (
            '[project]\ndependencies = [\n    "torch>=2",\n    "wandb==0.31.0",  # tracking\n]\n',
            '[project]\ndependencies = [\n    "torch>=2",\n    "mlflow>=2.10",  # tracking\n]\n',
        ),
        (
            "[project]\noptional-dependencies.track = ['wandb[media]', 'torch']\n",
            "[project]\noptional-dependencies.track = ['mlflow>=2.10', 'torch']\n",
        ),
        (
            '[project.optional-dependencies]\nwandb = ["wandb"]\nall = ["me[wandb]"]\n',
            '[project.optional-dependencies]\nwandb = ["mlflow>=2.10"]\nall = ["me[wandb]"]\n',
        ),
        (
            '[dependency-groups]\nd = [{include-group = "a"}, "wandb; python_version < \\"3.13\\""]\n',
            '[dependency-groups]\nd = [{include-group = "a"}, "mlflow>=2.10; python_version < \\"3.13\\""]\n',
        ),
        (
            '[tool.poetry.dependencies]\npython = "^3.11"\nwandb = "^0.15"   # tracking\n',
            '[tool.poetry.dependencies]\npython = "^3.11"\nmlflow = ">=2.10"   # tracking\n',
        ),
        (
            '[tool.poetry.group.d.dependencies]\nwandb = { version = "1", extras = [], optional = true }\n',
            '[tool.poetry.group.d.dependencies]\nmlflow = { version = ">=2.10", optional = true }\n',
        ),
        (
            '[tool.poetry.dependencies]\n"wandb" = {git = "https://x.org/wandb.git", branch = "main"}\n',
            '[tool.poetry.dependencies]\n"mlflow" = {version = ">=2.10"}\n',
        ),
        (
            '[tool.poetry.dependencies.wandb]\nversion = "1"\nextras = ["a"]\noptional = true\n\n[a]\n',
            '[tool.poetry.dependencies.mlflow]\nversion = ">=2.10"\noptional = true\n\n[a]\n',
        ),
        ('[tool.poetry.extras]\nt = ["wandb"]\n', '[tool.poetry.extras]\nt = ["mlflow"]\n'),
        (
            '[tool.pdm.dev-dependencies]\nt = ["wandb"]\n',
            '[tool.pdm.dev-dependencies]\nt = ["mlflow>=2.10"]\n',
        ),
        (
            '[tool.hatch.envs.test]\ndependencies = [\n  "wandb",\n]\n',
            '[tool.hatch.envs.test]\ndependencies = [\n  "mlflow>=2.10",\n]\n',
        ),
        (
            "[tool.uv]\r\ndev-dependencies = ['wandb']\r\n",
            "[tool.uv]\r\ndev-dependencies = ['mlflow>=2.10']\r\n",
        ),
    ],
)
def test_every_dialect(before: str, expected: str) -> None:
    assert after(before) == expected


@pytest.mark.parametrize(
    "text",
    [
        '[project]\nname = "wandb"\nkeywords = ["wandb"]\n',
        '[[tool.mypy.overrides]]\nmodule = ["wandb.*", "wandb"]\n',
        '[project]\ndependencies = ["wandb-addons"]\n',
        '[tool.poetry.scripts]\nwandb = "a:b"\n',
    ],
)
def test_other_strings_stay(text: str) -> None:
    assert after(text) == text


@pytest.mark.parametrize(
    ("before", "expected"),
    [
        ('["wandb", "mlflow"]', '["mlflow"]'),
        ('["mlflow", "wandb"]', '["mlflow"]'),
        ('["mlflow", "wandb", "torch"]', '["mlflow", "torch"]'),
        ('[\n  "mlflow",\n  "wandb",  # old\n  "torch"\n]', '[\n  "mlflow",\n  "torch"\n]'),
        ('[\n  "mlflow",\n  "wandb"\n]', '[\n  "mlflow",\n]'),
        ('["mlflow", "wandb<1", "wandb>0"]', '["mlflow", ]'),
    ],
)
def test_the_new_distribution_is_not_listed_twice(before: str, expected: str) -> None:
    assert after(f"[project]\ndependencies = {before}\n") == f"[project]\ndependencies = {expected}\n"


def test_a_named_entry_that_is_there_already() -> None:
    assert after('[packages]\nmlflow = "*"\nwandb = "*"\ntorch = "*"\n', name="Pipfile") == (
        '[packages]\nmlflow = "*"\ntorch = "*"\n'
    )


def test_a_pipfile() -> None:
    before = '[[source]]\nname = "wandb"\n\n[packages]\nwandb = "==0.15"\n\n[dev-packages]\nWandB = "*"\n'
    assert after(before, Request("wandb", "mlflow"), "Pipfile") == (
        '[[source]]\nname = "wandb"\n\n[packages]\nmlflow = "*"\n\n[dev-packages]\nmlflow = "*"\n'
    )


@pytest.mark.parametrize(
    ("before", "expected"),
    [
        ('[project]\ndependencies = ["wandb"]\n', '[project]\ndependencies = ["mlflow>=2.10", "wandb"]\n'),
        (
            '[project]\ndependencies = [\n  "wandb"  # x\n]\n',
            '[project]\ndependencies = [\n  "mlflow>=2.10",\n  "wandb"  # x\n]\n',
        ),
        (
            '[tool.poetry.dependencies]\nwandb = "^0.15"\n',
            '[tool.poetry.dependencies]\nmlflow = ">=2.10"\nwandb = "^0.15"\n',
        ),
        (
            '[tool.poetry.dependencies.wandb]\nversion = "1"\n',
            """[tool.poetry.dependencies.mlflow]
version = ">=2.10"

[tool.poetry.dependencies.wandb]
version = "1"
""",
        ),
    ],
)
def test_kept_it_gets_the_new_one_beside_it(before: str, expected: str) -> None:
    assert after(before, KEEP) == expected
    assert after(expected, KEEP) == expected


def test_what_is_lost_is_said() -> None:
    before = b'[tool.poetry.dependencies]\nwandb = {version = "1", extras = ["media"]}\n'
    plan = plan_manifest(Path("pyproject.toml"), before, TO_MLFLOW)
    assert [(edit.note, edit.fidelity, edit.site.line) for edit in plan.edits] == [
        ("extras went with wandb", "lossy", 2)
    ]


@pytest.mark.parametrize(
    ("text", "place"),
    [('[project]\nname = "wandb\n', (2, 14)), ("wandb = [\n", (2, 1)), ("a = 1\na = 'wandb'", (2, 12))],
)
def test_broken_toml_is_an_error_with_its_place(text: str, place: tuple[int, int]) -> None:
    plan = plan_manifest(Path("pyproject.toml"), text.encode(), TO_MLFLOW)
    assert plan.after is None
    assert str(plan.error).startswith(f"pyproject.toml:{place[0]}:{place[1]}: is not TOML")
