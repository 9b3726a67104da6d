"""Pipelines: what Docker, shell and CI files install, export and call follows the code, or is reported."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from adapter.plan import GapReason, Plan
from adapter.translate.pipeline import Options, find_route, translate_paths

TRAIN = "import wandb\n\nwandb.init()\nwandb.log({'loss': 1.0}, step=1)\n"
MLFLOW = f"mlflow{find_route('wandb', 'mlflow').target.requirement}"


def pipeline(folder: Path, name: str, text: str, code: str = TRAIN) -> Plan | None:
    """The plan of one file beside code that is translated to MLflow."""
    (folder / "src").mkdir()
    (folder / "src" / "train.py").write_text(code)
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, newline="")
    plans = {plan.path: plan for plan in translate_paths([folder], Options("wandb", "mlflow"))}
    return plans.get(path)


EXAMPLES = yaml.safe_load((Path(__file__).parent / "commands.yaml").read_text("utf-8"))


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize("example", EXAMPLES, ids=[example["file"] for example in EXAMPLES])
def test_it_follows_the_code(example: dict[str, str], newline: str, tmp_path: Path) -> None:
    plan = pipeline(tmp_path, example["file"], example["before"].replace("\n", newline))
    assert plan is not None
    assert plan.gaps == []
    after = example["after"].replace("REQUIREMENT", MLFLOW)
    assert (plan.after or b"").decode() == after.replace("\n", newline)


@pytest.mark.parametrize(
    ("name", "text", "gaps"),
    [
        ("run.sh", "cd src\nexport WANDB_API_KEY=$KEY\n", [(2, "WANDB_API_KEY", GapReason.VALUE)]),
        ("run.sh", "wandb login && python src/train.py\n", [(1, "wandb", GapReason.NO_EDGE)]),
        ("Dockerfile", 'FROM x\nRUN ["pip", "install", "wandb"]\n', [(2, "wandb", GapReason.NO_EDGE)]),
        (
            ".github/workflows/train.yml",
            "env:\n  WANDB_API_KEY: ${{ secrets.WANDB_API_KEY }}\n",
            [(2, "WANDB_API_KEY", GapReason.VALUE)],
        ),
        ("run.sh", "# export WANDB_API_KEY=x\necho my_WANDB_API_KEY wandb-tool\n", []),
        ("config/settings.yaml", "WANDB_API_KEY: x\n", []),
    ],
)
def test_what_has_no_counterpart_is_reported_with_its_line(
    name: str, text: str, gaps: list[tuple[int, str, GapReason]], tmp_path: Path
) -> None:
    plan = pipeline(tmp_path, name, text)
    assert [(gap.site.line, gap.site.api, gap.reason) for gap in (plan.gaps if plan else [])] == gaps
    assert plan is None or not plan.changed


def test_where_code_still_needs_the_library_both_are_installed(tmp_path: Path) -> None:
    code = TRAIN + "wandb.sweep({})\n"
    plan = pipeline(tmp_path, "run.sh", "pip install wandb\nexport WANDB_PROJECT=churn\n", code)
    assert plan is not None
    assert plan.after == f'pip install wandb "{MLFLOW}"\nexport WANDB_PROJECT=churn\n'.encode()
    assert [(gap.site.line, gap.reason) for gap in plan.gaps] == [
        (1, GapReason.IMPORT_KEPT),
        (2, GapReason.IMPORT_KEPT),
    ]


def test_where_no_code_was_translated_it_is_only_reported(tmp_path: Path) -> None:
    plan = pipeline(tmp_path, "run.sh", "pip install wandb\nexport WANDB_PROJECT=churn\n", "x = 1\n")
    assert plan is not None
    assert not plan.changed
    assert [gap.site.line for gap in plan.gaps] == [1, 2]


def test_a_second_run_changes_nothing(tmp_path: Path) -> None:
    first = pipeline(tmp_path, "Dockerfile", "RUN pip install wandb\nENV WANDB_PROJECT=churn\n")
    assert first is not None
    for plan in list(translate_paths([tmp_path], Options("wandb", "mlflow"))):
        plan.path.write_bytes(plan.after or plan.before)
    assert list(translate_paths([tmp_path], Options("wandb", "mlflow"))) == []
