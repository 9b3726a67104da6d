"""environment.yml: conda's list, the pip list in it, and the python_env.yaml of MLflow projects."""

from pathlib import Path

import pytest

from adapter.source.manifests import Request, plan_manifest

TO_MLFLOW = Request("wandb", "mlflow", ">=2.10,<4")
KEEP = Request("wandb", "mlflow", keep=True)


def after(before: str, request: Request = TO_MLFLOW, name: str = "environment.yml") -> str:
    plan = plan_manifest(Path(name), before.encode(), request)
    assert plan.error is None
    return (plan.before if plan.after is None else plan.after).decode()


@pytest.mark.parametrize(
    ("before", "expected"),
    [
        (
            "name: café\ndependencies:\n  - python=3.11\n  - wandb=0.15=py39_0  # x\n",
            "name: café\ndependencies:\n  - python=3.11\n  - mlflow>=2.10,<4  # x\n",
        ),
        ("dependencies:\n- conda-forge::wandb\n", "dependencies:\n- conda-forge::mlflow>=2.10,<4\n"),
        ("dependencies:\n- 'wandb >=0.12'\n", "dependencies:\n- 'mlflow>=2.10,<4'\n"),
        ("dependencies: [python, wandb]\n", 'dependencies: [python, "mlflow>=2.10,<4"]\n'),
        (
            "dependencies:\r\n  - pip:\r\n      # x\r\n      - wandb[media]==0.15\r\n      - -r a.txt\r\n",
            "dependencies:\r\n  - pip:\r\n      # x\r\n      - mlflow>=2.10,<4\r\n      - -r a.txt\r\n",
        ),
        ("name: wandb\nchannels: [wandb]\n", "name: wandb\nchannels: [wandb]\n"),
        ("dependencies:\n  - wandb-core\n", "dependencies:\n  - wandb-core\n"),
    ],
)
def test_the_item_gives_way(before: str, expected: str) -> None:
    assert after(before) == expected


def test_the_requirements_of_an_mlflow_project() -> None:
    before = "python: '3.11'\ndependencies:\n  - wandb==0.15; python_version>'3'\n"
    assert after(before, name="python_env.yaml") == before.replace("wandb==0.15", "mlflow>=2.10,<4")


@pytest.mark.parametrize(
    ("before", "expected"),
    [
        ("dependencies:\n  - mlflow\n  - wandb\n  - torch\n", "dependencies:\n  - mlflow\n  - torch\n"),
        (
            "dependencies:\n  - mlflow\n  - pip:\n    - wandb\n    - a\n",
            "dependencies:\n  - mlflow\n  - pip:\n    - a\n",
        ),
        ("dependencies:\n  - mlflow\n  - pip:\n    - wandb\n", "dependencies:\n  - mlflow\n"),
        ("dependencies: [mlflow, wandb]\n", "dependencies: [mlflow]\n"),
    ],
)
def test_the_new_distribution_is_not_listed_twice(before: str, expected: str) -> None:
    assert after(before) == expected


@pytest.mark.parametrize(
    ("before", "expected"),
    [
        ("dependencies:\n  - wandb=0.15  # x\n", "dependencies:\n  - wandb=0.15  # x\n  - mlflow\n"),
        ("dependencies:\n  - pip:\n    - wandb\n", "dependencies:\n  - pip:\n    - wandb\n    - mlflow\n"),
        ("dependencies: [wandb]\n", "dependencies: [mlflow, wandb]\n"),
    ],
)
def test_kept_it_gets_the_new_one_beside_it(before: str, expected: str) -> None:
    assert after(before, KEEP) == expected
    assert after(expected, KEEP) == expected


def test_an_anchored_item_is_a_gap() -> None:
    before = b"dependencies:\n  - &tracker wandb\nother: *tracker\n"
    plan = plan_manifest(Path("environment.yml"), before, TO_MLFLOW)
    assert plan.after is None
    assert [(gap.site.line, gap.detail) for gap in plan.gaps] == [(2, "it is not one plain line of a list")]


def test_broken_yaml_is_an_error_with_its_place() -> None:
    plan = plan_manifest(Path("conda.yaml"), b"dependencies:\n  - wandb\n - pip: ]\n", TO_MLFLOW)
    assert plan.after is None
    assert str(plan.error).startswith("conda.yaml:3:2: is not YAML")
