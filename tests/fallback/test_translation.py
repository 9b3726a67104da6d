"""Translations whose gaps go to a model: its answers are recorded, all else is real."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from pathlib import Path
from textwrap import indent
from typing import ClassVar

import pytest

from adapter.fallback.answers import AnswerCache
from adapter.fallback.budget import Limits
from adapter.fallback.session import LlmSettings, Session
from adapter.fallback.translated import Strategy
from adapter.plan import Plan
from adapter.retrieval.strategies import Way
from adapter.translate.pipeline import Options, find_route, translate_paths

SITES = """\
import wandb

run = wandb.init(project="p")
for epoch in range(3):
    wandb.{name}(epoch, "notes.txt")
wandb.finish()
"""
NOTES = "mlflow.log_text takes the text and the name of the file. mlflow.log_param is for parameters."
EDGE = {"target": "mlflow.log_text", "arguments": {"text": "argument_1", "artifact_file": "argument_2"}}

Opened = Callable[..., Session]


@pytest.fixture
def opened(tmp_path: Path) -> Opened:
    """Opens a session with recorded answers, a line each: texts of the question, and the answers."""
    (tmp_path / "notes.md").write_text(NOTES)

    def session(*answers: tuple[list[str], list[str]], **settings: object) -> Session:
        record = tmp_path / "answers.jsonl"
        lines = [json.dumps({"contains": texts, "answers": given}) for texts, given in answers]
        record.write_text("\n".join(lines))
        wanted = LlmSettings(
            f"replay:{record}", documentation=Way.MANUAL, manual=tmp_path / "notes.md", **settings
        )
        shown: list[str] = []
        opened = Session(
            wanted, show=shown.append, notice=shown.append, cache=AnswerCache(tmp_path / "cache.sqlite")
        )
        opened.shown = shown
        return opened

    return session


def translated(session: Session, folder: Path, **files: str) -> list[Plan]:
    folder.mkdir(exist_ok=True)
    for name, text in files.items():
        (folder / f"{name}.py").write_text(text)
    way = find_route("wandb", "mlflow")
    options = Options("wandb", "mlflow", refine=session.for_translation(way).refine)
    return list(translate_paths([folder], options))


def fenced(code: str) -> str:
    return f"```python\n{code}\n```"


def edge(names: Iterable[str]) -> list[tuple[list[str], list[str]]]:
    return [([f"as wandb.{name}?"], [json.dumps(EDGE)]) for name in names]


class TestEdge:
    def test_one_answer_rewrites_every_site_and_the_import_goes(self, opened, tmp_path):
        session = opened(*edge(["mystery"]))
        one, two = translated(
            session, tmp_path / "p", one=SITES.format(name="mystery"), two=SITES.format(name="mystery")
        )
        for plan in (one, two):
            text = plan.after.decode()
            assert 'mlflow.log_text(epoch, "notes.txt")' in text
            assert "wandb" not in text
            assert not plan.gaps
        assert session.tally.by_edge == 2
        assert session.tally.left == 0
        (learned,) = session.edge.learned.values()
        assert len(learned.sites) == 2
        assert "agreement" in learned.checks

    @pytest.mark.parametrize("sites", [10, 200])
    def test_questions_grow_with_apis_and_not_with_sites(self, opened, tmp_path, sites):
        names = ["mystery_a", "mystery_b", "mystery_c"]
        session = opened(*edge(names))
        files = {
            f"part_{number}": SITES.format(name=names[number % len(names)])
            + f'wandb.{names[number % len(names)]}("end", "notes.txt")\n'
            for number in range(sites // 2)
        }
        plans = translated(session, tmp_path / "p", **files)
        assert session.tally.by_edge == sites
        assert not [gap for plan in plans for gap in plan.gaps]
        assert session.tally.apis == len(names)
        # each API is asked about once, and once more with the candidates the other way around
        assert session.spending.calls == 2 * len(names)

    @pytest.mark.parametrize(
        ("answer", "check"),
        [
            ("I think mlflow.log_text fits.", "edge-schema-fits"),
            ({"target": "mlflow.log_everything", "arguments": {}}, "edge-schema-fits"),
            ({"target": "none", "arguments": {}}, "edge-has-target"),
            (
                {"target": "mlflow.log_text", "arguments": {"text": None, "artifact_file": "argument_2"}},
                "edge-arguments-bind",
            ),
            (
                {
                    "target": "mlflow.log_text",
                    "arguments": {"text": "argument_1", "artifact_file": "argument_1"},
                },
                "edge-used-once",
            ),
        ],
    )
    def test_an_answer_that_a_check_turns_away(self, opened, tmp_path, answer, check):
        text = answer if isinstance(answer, str) else json.dumps(answer)
        session = opened((["as wandb.mystery?"], [text]), strategies=(Strategy.EDGE,))
        (plan,) = translated(session, tmp_path / "p", one=SITES.format(name="mystery"))
        assert session.tally.rejected == {check: 1}
        assert "wandb.mystery" in plan.after.decode()
        assert [gap.site.api for gap in plan.gaps] == ["wandb", "wandb.mystery"]

    def test_an_edge_has_a_place_for_what_the_source_requires(self, opened, tmp_path):
        answer = {
            "target": "mlflow.log_text",
            "arguments": {"text": "argument_1", "artifact_file": "argument_2"},
        }
        session = opened((["as wandb.mystery?"], [json.dumps(answer)]), strategies=(Strategy.EDGE,))
        file = SITES.format(name="mystery").replace('"notes.txt"', '"notes.txt", epoch')
        (plan,) = translated(session, tmp_path / "p", one=file)
        assert session.tally.rejected == {"edge-required-kept": 1}
        assert "wandb.mystery" in plan.after.decode()


class TestCode:
    REGION: ClassVar = ["Region to rewrite:\n```python\nwandb.mystery(epoch"]

    def test_a_region_is_replaced_and_told(self, opened, tmp_path):
        session = opened(
            (self.REGION, [fenced('mlflow.log_text(epoch, "notes.txt")')]), strategies=(Strategy.CODE,)
        )
        (plan,) = translated(session, tmp_path / "p", one=SITES.format(name="mystery"))
        assert plan.after.decode() == (
            "import mlflow\n\n"
            'mlflow.set_experiment("p")\nrun = mlflow.start_run()\n'
            'for epoch in range(3):\n    mlflow.log_text(epoch, "notes.txt")\nmlflow.end_run()\n'
        )
        assert not plan.gaps
        (edit,) = [edit for edit in plan.edits if edit.rule.startswith("llm code")]
        assert (edit.site.line, edit.site.api, edit.to) == (5, "wandb.mystery", "mlflow.log_text")
        assert edit.fidelity == "lossy"
        assert session.tally.by_code == 1

    def test_an_answer_that_fails_is_repaired_once_with_what_the_fence_said(self, opened, tmp_path):
        session = opened(
            (
                ["cannot be used: mlflow.log_txt does not exist"],
                [fenced('mlflow.log_text(epoch, "notes.txt")')],
            ),
            (self.REGION, [fenced('mlflow.log_txt(epoch, "notes.txt")')]),
            strategies=(Strategy.CODE,),
        )
        (plan,) = translated(session, tmp_path / "p", one=SITES.format(name="mystery"))
        assert 'mlflow.log_text(epoch, "notes.txt")' in plan.after.decode()
        assert session.tally.rejected == {"target-exists": 1}
        assert session.spending.calls == 2

    def test_a_gap_stays_a_gap_and_says_why(self, opened, tmp_path):
        bad = [fenced('mlflow.log_txt(epoch, "notes.txt")')]
        session = opened((["cannot be used"], bad), (self.REGION, bad), strategies=(Strategy.CODE,))
        (plan,) = translated(session, tmp_path / "p", one=SITES.format(name="mystery"))
        assert "wandb.mystery" in plan.after.decode()
        (gap,) = [gap for gap in plan.gaps if gap.site.api == "wandb.mystery"]
        assert "fails target-exists: mlflow.log_txt does not exist" in gap.detail
        assert session.tally.left == 1

    def test_objects_are_asked_about_with_all_their_uses(self, opened, tmp_path):
        session = opened(dry_run=True, strategies=(Strategy.CODE,))
        body = "thing = wandb.mystery(x)\ny = x + 1\nthing.send(y)\n"
        file = f"import wandb\n\ndef main(x):\n{indent(body, '    ')}    return y\n"
        translated(session, tmp_path / "p", one=file)
        (question,) = session.shown
        assert f"```python\n{body}```" in question

    def test_an_object_that_goes_elsewhere_is_not_asked_about(self, opened, tmp_path):
        session = opened(dry_run=True, strategies=(Strategy.CODE,))
        file = "import wandb\n\nthing = wandb.mystery(1)\n\ndef main(y):\n    thing.send(y)\n"
        translated(session, tmp_path / "p", one=file)
        assert not session.shown


class TestAsking:
    def test_a_second_run_remembers(self, opened, tmp_path):
        answers = edge(["mystery"])
        translated(opened(*answers), tmp_path / "p", one=SITES.format(name="mystery"))
        session = opened(*answers)
        (plan,) = translated(session, tmp_path / "p", one=SITES.format(name="mystery"))
        assert not plan.gaps
        assert (session.spending.calls, session.spending.remembered) == (0, 2)

    def test_another_sample_is_asked_anew(self, opened, tmp_path):
        answers = edge(["mystery"])
        translated(opened(*answers), tmp_path / "p", one=SITES.format(name="mystery"))
        session = opened(*answers, sample=1)
        translated(session, tmp_path / "p", one=SITES.format(name="mystery"))
        assert (session.spending.calls, session.spending.remembered) == (2, 0)

    @pytest.mark.parametrize(
        ("limits", "said"),
        [(Limits(calls=1), "budget of 1 calls"), (Limits(tokens=10), "the next question may take")],
    )
    def test_a_budget_that_is_used_up_leaves_gaps(self, opened, tmp_path, limits, said):
        session = opened(*edge(["mystery"]), limits=limits)
        (plan,) = translated(session, tmp_path / "p", one=SITES.format(name="mystery"))
        assert "wandb.mystery" in plan.after.decode()
        assert session.spending.calls == (limits.calls or 0)
        assert any(said in reason for reason in session.tally.unanswered)

    def test_secrets_do_not_leave_and_come_back(self, opened, tmp_path):
        key = "0123456789abcdef0123456789abcdef01234567"
        file = SITES.format(name="mystery").replace('"notes.txt"', f'"{key}"')
        shown = opened(dry_run=True)
        translated(shown, tmp_path / "p", one=file)
        assert shown.shown
        assert not any(key in text for text in shown.shown)
        assert any("REDACTED_1" in text for text in shown.shown)
        session = opened(
            (["wandb.mystery(epoch"], [fenced('mlflow.log_text(epoch, "REDACTED_1")')]),
            strategies=(Strategy.CODE,),
        )
        (plan,) = translated(session, tmp_path / "p", one=file)
        assert f'mlflow.log_text(epoch, "{key}")' in plan.after.decode()

    def test_a_dry_run_asks_nothing(self, opened, tmp_path):
        session = opened(dry_run=True)
        translated(session, tmp_path / "p", one=SITES.format(name="mystery"))
        assert session.spending.calls == 0
        assert len(session.shown) == 2

    def test_what_needs_no_model_is_not_asked_about(self, opened, tmp_path):
        session = opened()
        (plan,) = translated(session, tmp_path / "p", one='import wandb\nwandb.init(project="p")\n')
        assert not plan.gaps
        assert session.spending.calls == 0

    def test_a_line_that_is_to_be_left_alone_is_not_asked_about(self, opened, tmp_path):
        session = opened(dry_run=True)
        file = SITES.format(name="mystery").replace('"notes.txt")', '"notes.txt")  # adapter: ignore[mine]')
        translated(session, tmp_path / "p", one=file)
        assert not session.shown
