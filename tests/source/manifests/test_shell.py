"""Install commands in notebooks: packages give way, options and layout stay."""

import pytest

from adapter.source.manifests import rewrite_install_command


@pytest.mark.parametrize(
    ("before", "expected"),
    [
        ("!pip install -q wandb torch", "!pip install -q mlflow torch"),
        ("%pip install wandb==0.12", "%pip install mlflow"),
        ("!conda install -c conda-forge wandb -y", "!conda install -c conda-forge mlflow -y"),
        ("!mamba install -y wandb=0.15", "!mamba install -y mlflow"),
        ("!conda install conda-forge::wandb", "!conda install mlflow"),
        ("python -m pip install --upgrade 'wandb[media]>=0.12'", "python -m pip install --upgrade 'mlflow'"),
        ("uv pip install wandb", "uv pip install mlflow"),
        ("!uv add wandb && poetry add wandb", "!uv add mlflow && poetry add mlflow"),
        ("! pip3 install wandb -Uqqq", "! pip3 install mlflow -Uqqq"),
        ("!pip install diffusers wandb > install.log", "!pip install diffusers mlflow > install.log"),
        ("!pip install git+https://github.com/wandb/wandb.git@main", "!pip install mlflow"),
        ("!pip install wandb mlflow torch", "!pip install mlflow torch"),
        ("!pip install -r wandb wandb", "!pip install -r wandb mlflow"),
        ("!apt install x; pip install wandb  # wandb", "!apt install x; pip install mlflow  # wandb"),
        ("!pip install torch \\\n    wandb", "!pip install torch \\\n    mlflow"),
        ("!{sys.executable} -m pip install wandb", "!{sys.executable} -m pip install mlflow"),
    ],
)
def test_the_package_gives_way(before: str, expected: str) -> None:
    assert rewrite_install_command(before, "wandb", "mlflow") == expected
    assert rewrite_install_command(expected, "wandb", "mlflow") is None


@pytest.mark.parametrize(
    "text",
    [
        "!wandb login",
        "!pip uninstall -y wandb",
        "!pip install wandb-addons",
        "!pip show wandb",
        "!git clone https://github.com/wandb/wandb",
        "!pip install -r wandb",
        "!pip install ./wandb",
        "!echo pip wandb",
        "",
    ],
)
def test_other_commands_stay(text: str) -> None:
    assert rewrite_install_command(text, "wandb", "mlflow") is None


def test_a_version_is_quoted_for_the_shell() -> None:
    assert rewrite_install_command("!pip install -q wandb", "wandb", "mlflow", ">=2.10,<4") == (
        '!pip install -q "mlflow>=2.10,<4"'
    )
    assert rewrite_install_command("!pip install wandb", "wandb", "mlflow", "==2.10") == (
        "!pip install mlflow==2.10"
    )


def test_kept_it_gets_the_new_one_beside_it() -> None:
    assert rewrite_install_command("!pip install wandb -q", "wandb", "mlflow", keep=True) == (
        "!pip install wandb mlflow -q"
    )
    assert rewrite_install_command("!pip install wandb mlflow", "wandb", "mlflow", keep=True) is None
