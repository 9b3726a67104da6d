"""setup.cfg and setup.py: literal requirement lists, edited without running anything."""

from pathlib import Path

import pytest

from adapter.source.manifests import Request, plan_manifest

TO_MLFLOW = Request("wandb", "mlflow", ">=2.10")
KEEP = Request("wandb", "mlflow", ">=2.10", keep=True)


def after(name: str, before: str, request: Request = TO_MLFLOW) -> str:
    plan = plan_manifest(Path(name), before.encode(), request)
    assert plan.error is None
    return (plan.before if plan.after is None else plan.after).decode()


@pytest.mark.parametrize(
    ("before", "expected"),
    [
        (
            "[metadata]\nname = wandb\n\n[options]\ninstall_requires =\n    torch\n    wandb>=0.12  # x\n",
            "[metadata]\nname = wandb\n\n[options]\ninstall_requires =\n    torch\n    mlflow>=2.10  # x\n",
        ),
        ("[options]\ninstall_requires = wandb\n", "[options]\ninstall_requires = mlflow>=2.10\n"),
        ("[options]\ninstall_requires = a; wandb; b\n", "[options]\ninstall_requires = a; mlflow>=2.10; b\n"),
        (
            "[options.extras_require]\ntrack = wandb[media]; python_version<'3.9'\ndev =\n\twandb\n",
            "[options.extras_require]\ntrack = mlflow>=2.10; python_version<'3.9'\ndev =\n\tmlflow>=2.10\n",
        ),
        (
            "[options]\ninstall_requires =\n    mlflow\n    wandb\n",
            "[options]\ninstall_requires =\n    mlflow\n",
        ),
        ("[options]\ninstall_requires = mlflow; wandb\n", "[options]\ninstall_requires = mlflow\n"),
        ("[options]\ninstall_requires = wandb; mlflow\n", "[options]\ninstall_requires =  mlflow\n"),
        ("[flake8]\nper-file =\n    wandb\n", "[flake8]\nper-file =\n    wandb\n"),
    ],
)
def test_setup_cfg(before: str, expected: str) -> None:
    assert after("setup.cfg", before) == expected


def test_setup_cfg_with_both() -> None:
    assert after("setup.cfg", "[options]\ninstall_requires =\n    wandb\n", KEEP) == (
        "[options]\ninstall_requires =\n    wandb\n    mlflow>=2.10\n"
    )
    assert after("setup.cfg", "[options]\ninstall_requires = wandb\n", KEEP) == (
        "[options]\ninstall_requires = wandb\n    mlflow>=2.10\n"
    )


@pytest.mark.parametrize(
    ("text", "line"), [("wandb\n", 1), ("[options]\nwandb\n", 2), ("[a]\nb = wandb\n[a]\n", 3)]
)
def test_a_broken_setup_cfg_is_an_error_with_its_line(text: str, line: int) -> None:
    error = plan_manifest(Path("setup.cfg"), text.encode(), TO_MLFLOW).error
    assert str(error).startswith(f"setup.cfg:{line}:1: is not a configuration file")


@pytest.mark.parametrize(
    ("before", "expected"),
    [
        (
            "setup(name='wandb', install_requires=['torch', 'wandb>=0.12'], keywords=['wandb'])\n",
            "setup(name='wandb', install_requires=['torch', 'mlflow>=2.10'], keywords=['wandb'])\n",
        ),
        (
            'setup(\n    extras_require={"t": ["wandb"], "wandb": ("wandb==1",)},\n)\n',
            'setup(\n    extras_require={"t": ["mlflow>=2.10"], "wandb": ("mlflow>=2.10",)},\n)\n',
        ),
        (
            "extra = {}\nextra['t'] = [\n    'wandb>=0.12,<0.13',  # x\n]\nsetup(extras_require=extra)\n",
            "extra = {}\nextra['t'] = [\n    'mlflow>=2.10',  # x\n]\nsetup(extras_require=extra)\n",
        ),
        (
            "reqs = ['a']\nreqs.append('wandb')\nreqs += ['b']\nsetup(install_requires=reqs)\n",
            "reqs = ['a']\nreqs.append('mlflow>=2.10')\nreqs += ['b']\nsetup(install_requires=reqs)\n",
        ),
        (
            "args = {'install_requires': ['wandb', 'mlflow']}\nsetup(**args)\n",
            "args = {'install_requires': ['mlflow']}\nsetup(**args)\n",
        ),
    ],
)
def test_setup_py(before: str, expected: str) -> None:
    assert after("setup.py", before) == expected


def test_setup_py_with_both() -> None:
    assert after("setup.py", "setup(install_requires=['wandb'])\n", KEEP) == (
        "setup(install_requires=['mlflow>=2.10', 'wandb'])\n"
    )


@pytest.mark.parametrize(
    ("text", "detail"),
    [
        ("setup(install_requires=[f'wandb=={version}'])\n", "its version is computed"),
        ("setup(install_requires=sorted_by(lambda: ['wandb']))\n", "its list is computed"),
    ],
)
def test_a_computed_requirement_is_a_gap(text: str, detail: str) -> None:
    plan = plan_manifest(Path("setup.py"), text.encode(), TO_MLFLOW)
    assert plan.after is None
    assert [gap.detail for gap in plan.gaps] == [detail]


def test_a_setup_py_that_is_not_python_is_an_error_with_its_place() -> None:
    plan = plan_manifest(Path("setup.py"), b"x = 1\nsetup(install_requires=['wandb'\n", TO_MLFLOW)
    assert str(plan.error).startswith("setup.py:2:24: ")
