"""requirements.txt and constraints.txt: one line gives way, all others stay."""

from pathlib import Path

import pytest

from adapter.source.manifests import Request, plan_manifest

TO_MLFLOW = Request("wandb", "mlflow", ">=2.10")


def after(before: str, request: Request = TO_MLFLOW, name: str = "requirements.txt") -> str:
    plan = plan_manifest(Path(name), before.encode(), request)
    assert plan.error is None
    return (plan.before if plan.after is None else plan.after).decode()


@pytest.mark.parametrize(
    ("before", "expected"),
    [
        ("torch\nwandb\nnumpy\n", "torch\nmlflow>=2.10\nnumpy\n"),
        ("wandb==0.12.1", "mlflow>=2.10"),
        ("wandb >= 0.12, <1  # tracking\n", "mlflow>=2.10  # tracking\n"),
        ("wandb[media,sweeps]~=0.15\n", "mlflow>=2.10\n"),
        ("WandB==0.12\r\ntorch\r\n", "mlflow>=2.10\r\ntorch\r\n"),
        ('wandb==0.12; python_version < "3.12"\n', 'mlflow>=2.10; python_version < "3.12"\n'),
        ("wandb @ https://example.org/wandb-0.15-py3-none-any.whl\n", "mlflow>=2.10\n"),
        ("-e git+https://github.com/wandb/wandb.git@main#egg=wandb\n", "mlflow>=2.10\n"),
        ("git+https://github.com/wandb/wandb\n", "mlflow>=2.10\n"),
        ("wandb==0.12 --no-deps  # odd\n", "mlflow>=2.10  # odd\n"),
        (
            "wandb==0.12 \\\n    --hash=sha256:aa \\\n    --hash=sha256:bb\n    # via -r base.in\ntorch\n",
            "mlflow>=2.10\n    # via -r base.in\ntorch\n",
        ),
    ],
)
def test_the_line_gives_way(before: str, expected: str) -> None:
    assert after(before) == expected


@pytest.mark.parametrize(
    "text",
    [
        "torch\n",
        "wandb-addons==0.1\n",
        "-r wandb.txt\n-c wandb\n--find-links wandb\n",
        "# wandb is no longer needed\n",
        "./wandb\n-e ./wandb\n",
        "torch  # for wandb\n",
        "git+https://github.com/someone/wandb-addons\n",
        "",
    ],
)
def test_what_does_not_name_the_distribution_stays(text: str) -> None:
    assert after(text) == text


def test_the_new_distribution_is_not_listed_twice() -> None:
    assert after("mlflow==2.1\nwandb\ntorch\n") == "mlflow==2.1\ntorch\n"
    assert after("wandb\nMLflow\n") == "MLflow\n"
    assert after("mlflow\nwandb") == "mlflow"
    assert after("wandb<1; python_version<'3.9'\nwandb>=1; python_version>='3.9'\n") == (
        "mlflow>=2.10; python_version<'3.9'\nmlflow>=2.10; python_version>='3.9'\n"
    )
    assert after("wandb\n# again\nwandb==0.1\n") == "mlflow>=2.10\n# again\n"


def test_kept_it_gets_the_new_one_beside_it() -> None:
    keep = Request("wandb", "mlflow", ">=2.10", keep=True)
    assert after("wandb==0.12  # both\ntorch\n", keep) == "wandb==0.12  # both\nmlflow>=2.10\ntorch\n"
    assert after("  wandb", keep) == "  wandb\n  mlflow>=2.10"
    assert after("wandb\nmlflow\n", keep) == "wandb\nmlflow\n"


def test_something_new_comes_beside_what_stays() -> None:
    beside = Request("torch", "mlflow", ">=2.10", beside=True)
    plan = plan_manifest(Path("requirements.txt"), b"torch==2.1\nnumpy\n", beside)
    assert plan.after == b"torch==2.1\nmlflow>=2.10\nnumpy\n"
    assert (len(plan.edits), plan.gaps) == (1, [])
    assert not plan_manifest(Path("requirements.txt"), plan.after, beside).has_news


def test_utf_16_as_powershell_writes_it() -> None:
    raw = b"\xff\xfe" + "torch\r\nwandb==0.12\r\n".encode("utf-16-le")
    plan = plan_manifest(Path("requirements.txt"), raw, TO_MLFLOW)
    assert plan.after == b"\xff\xfe" + "torch\r\nmlflow>=2.10\r\n".encode("utf-16-le")


def test_a_byte_order_mark_stays() -> None:
    plan = plan_manifest(Path("requirements.txt"), b"\xef\xbb\xbfwandb\n", TO_MLFLOW)
    assert plan.after == b"\xef\xbb\xbfmlflow>=2.10\n"


def test_bytes_that_are_no_text_are_an_error_with_its_place() -> None:
    plan = plan_manifest(Path("requirements.txt"), b"torch\nwandb # caf\xe9\n", TO_MLFLOW)
    assert plan.after is None
    assert (plan.error.line, plan.error.column) == (2, 12)
    assert "0xe9" in str(plan.error)


def test_every_place_is_accounted_for() -> None:
    before = b"wandb  # adapter: ignore[demo]\nwandb==\nwandb==0.1 --hash=sha256:aa\n"
    plan = plan_manifest(Path("requirements.txt"), before, TO_MLFLOW)
    assert plan.after == b"wandb  # adapter: ignore[demo]\nwandb==\nmlflow>=2.10\n"
    assert [ignored.reason for ignored in plan.ignored] == ["demo"]
    assert [(gap.site.line, gap.detail) for gap in plan.gaps] == [(2, "cannot read '==' as versions")]
    edit = plan.edits[0]
    assert (edit.site.line, edit.site.column, edit.site.end_column, edit.to) == (3, 1, 11, "mlflow>=2.10")
    assert (edit.fidelity, edit.note) == (
        "lossy",
        "the hashes were those of wandb: compile the requirements again",
    )


def test_kept_places_are_gaps() -> None:
    plan = plan_manifest(Path("requirements.txt"), b"wandb\n", Request("wandb", "mlflow", keep=True))
    assert [(gap.reason, gap.detail) for gap in plan.gaps] == [("import-kept", "the code still needs wandb")]
    assert plan.edits == []
