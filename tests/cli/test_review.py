"""Reviewing hunks: on the terminal, and in the page of a report."""

from __future__ import annotations

import base64
import json
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import Select

from tests.cli.conftest import Adapter

LIBRARIES = ("--from", "wandb", "--to", "mlflow")
# Filler keeps the calls apart, so that each has a hunk of its own.
FILLER = "".join(f"x{number} = {number}\n" for number in range(9))
CALLS = [
    "wandb.log({'loss': 1.0}, step=1)\n",
    "wandb.log({'loss': 0.5}, step=2, commit=True)\n",
    "wandb.log({'accuracy': 0.9}, step=3)\n",
]
PROGRAM = "import wandb\n\n" + FILLER + "wandb.init()\n" + FILLER.join(CALLS)


@pytest.fixture
def program(tmp_path: Path) -> Path:
    path = tmp_path / "reviewed" / "train.py"
    path.parent.mkdir()
    path.write_text(PROGRAM)
    return path


def review(folder: Path, keys: str, *options: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "adapter", "translate", ".", *LIBRARIES, "--review", *options],
        cwd=folder,
        input="".join(f"{key}\n" for key in keys),
        capture_output=True,
        text=True,
        check=False,
    )


class TestTerminal:
    def test_only_accepted_hunks_are_written(self, program: Path) -> None:
        done = review(program.parent, "ynyy")
        text = program.read_text()
        assert done.returncode == 0, done.stderr
        assert "mlflow.log_metrics({'loss': 1.0}, step=1)" in text
        assert CALLS[1] in text
        assert "mlflow.log_metrics({'accuracy': 0.9}, step=3)" in text
        assert "rejected declined in review" in done.stderr

    def test_all_is_asked_where_nothing_is_said_of_a_rule(self, program: Path) -> None:
        done = review(program.parent, "yyyy")
        assert program.read_text().count("mlflow.") == 4
        assert "Take this hunk" in done.stderr

    def test_a_rule_is_accepted_for_good(self, program: Path) -> None:
        done = review(program.parent, "ay")
        assert done.stderr.count("Take this hunk") == 2
        assert "wandb" not in program.read_text()

    def test_the_end_of_the_answers_declines_the_rest(self, program: Path) -> None:
        review(program.parent, "")
        assert program.read_text() == PROGRAM

    def test_why_names_rule_and_fidelity(self, program: Path) -> None:
        done = review(program.parent, "wq")
        assert "wandb.log -> mlflow.log_metrics (exact), by wandb: wandb.log" in done.stderr

    def test_a_hunk_can_be_edited(self, program: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("EDITOR", "sed -i s/loss/train_loss/")
        review(program.parent, "eyyy")
        assert "mlflow.log_metrics({'train_loss': 1.0}, step=1)" in program.read_text()

    def test_decisions_and_their_time_are_in_the_report(self, program: Path) -> None:
        document = json.loads(review(program.parent, "ynyy", "--format", "json").stdout)
        assert [(item["hunk"], item["decision"]) for item in document["review"]] == [
            (2, "accepted"),
            (3, "declined"),
            (4, "accepted"),
            (1, "accepted"),
        ]
        assert all(item["seconds"] >= 0 for item in document["review"])

    def test_undo_takes_a_review_back(self, program: Path) -> None:
        review(program.parent, "ynyy")
        subprocess.run([sys.executable, "-m", "adapter", "undo"], cwd=program.parent, check=True)
        assert program.read_text() == PROGRAM


@pytest.fixture
def browser(program: Path, tmp_path: Path) -> Iterator[webdriver.Chrome]:
    chromium, driver = shutil.which("chromium"), shutil.which("chromedriver")
    if chromium is None or driver is None:
        pytest.skip("needs chromium and chromedriver (Debian: chromium, chromium-driver)")
    options = webdriver.ChromeOptions()
    options.binary_location = chromium
    for argument in (
        "headless=new",
        "no-sandbox",
        "disable-gpu",
        "disable-quic",
        "no-first-run",
        "disable-background-networking",
        "disable-component-update",
        "disable-sync",
        "window-size=1400,1000",
        f"user-data-dir={tmp_path / 'chromium'}",
    ):
        options.add_argument(f"--{argument}")
    options.add_experimental_option("prefs", {"download.default_directory": str(program.parent)})
    with webdriver.Chrome(options, webdriver.ChromeService(driver)) as chrome:
        yield chrome


def saved(browser: webdriver.Chrome, button: str, name: Path) -> Path:
    browser.find_element(By.ID, button).click()
    for _ in range(200):
        if name.exists() and name.stat().st_size:
            return name
        time.sleep(0.05)
    raise AssertionError(f"the page saved no {name.name}")


class TestPage:
    def test_exactly_the_accepted_hunks_land(
        self, adapter: Adapter, program: Path, browser: webdriver.Chrome
    ) -> None:
        done = adapter(
            "translate", ".", *LIBRARIES, "--format", "html", "--output", "report.html", cwd=program.parent
        )
        assert done.returncode == 0, done.stderr
        browser.get((program.parent / "report.html").as_uri())
        shown = lambda: [  # noqa: E731
            card for card in browser.find_elements(By.CSS_SELECTOR, ".hunk") if card.is_displayed()
        ]
        assert len(shown()) == 4

        fidelity = Select(browser.find_element(By.ID, "fidelity-filter"))
        fidelity.select_by_value("exact")
        assert len(shown()) == 3
        fidelity.select_by_value("")

        browser.find_element(By.ID, "accept-shown").click()
        shown()[2].find_element(By.CSS_SELECTOR, "[data-decision=reject]").click()
        assert browser.find_element(By.ID, "progress").text == "3 accepted, 1 rejected, 0 undecided"
        patch = saved(browser, "save-patch", program.parent / "accepted.patch")
        decisions = saved(browser, "save-decisions", program.parent / "decisions.json")

        subprocess.run(["git", "apply", str(patch)], cwd=program.parent, check=True)
        patched = program.read_text()
        program.write_text(PROGRAM)
        done = adapter("review", "report.html", "--apply", str(decisions), cwd=program.parent)

        assert done.returncode == 0, done.stderr
        assert "review 3 accepted, 1 declined" in done.stderr
        text = program.read_text()
        assert text == patched
        assert CALLS[1] in text
        assert text.count("mlflow.log_metrics") == 2
        assert "import mlflow" in text


def decisions_for(report: Path, word: str) -> str:
    from adapter.report.html import read_page

    files = read_page(report.read_text())["files"]
    chosen = [
        {
            "path": file["path"],
            "hunks": [{"number": hunk["number"], "decision": word, "seconds": 1.5} for hunk in file["hunks"]],
        }
        for file in files
    ]
    return json.dumps({"version": 1, "files": chosen})


class TestApply:
    @pytest.fixture
    def report(self, adapter: Adapter, program: Path) -> Path:
        adapter(
            "translate", ".", *LIBRARIES, "--format", "html", "--output", "report.html", cwd=program.parent
        )
        return program.parent / "report.html"

    def test_a_file_that_changed_since_is_left_alone(
        self, adapter: Adapter, report: Path, program: Path
    ) -> None:
        program.write_text(PROGRAM + "# more\n")
        (program.parent / "decisions.json").write_text(decisions_for(report, "accept"))
        done = adapter("review", "report.html", "--apply", "decisions.json", cwd=program.parent)
        assert done.returncode == 2
        assert "train.py: has changed since the report was made (make the report anew)" in done.stderr
        assert program.read_text() == PROGRAM + "# more\n"

    def test_accepting_all_gives_what_write_gives(
        self, adapter: Adapter, report: Path, program: Path
    ) -> None:
        (program.parent / "decisions.json").write_text(decisions_for(report, "accept"))
        adapter("review", "report.html", "--apply", "decisions.json", cwd=program.parent)
        reviewed = program.read_bytes()
        program.write_text(PROGRAM)
        adapter("translate", ".", *LIBRARIES, "--write", cwd=program.parent)
        assert program.read_bytes() == reviewed

    @pytest.mark.parametrize("text", ["", "[]", '{"files": [{}]}', '{"files": 3}'])
    def test_decisions_that_make_no_sense_are_said(
        self, adapter: Adapter, report: Path, program: Path, text: str
    ) -> None:
        (program.parent / "decisions.json").write_text(text)
        done = adapter("review", "report.html", "--apply", "decisions.json", cwd=program.parent)
        assert done.returncode == 2
        assert "decisions.json: it is not a file of decisions that the page saved" in done.stderr

    def test_a_page_of_something_else_is_said(self, adapter: Adapter, program: Path) -> None:
        (program.parent / "other.html").write_text("<html></html>")
        done = adapter("review", "other.html", cwd=program.parent)
        assert done.returncode == 2
        assert "other.html: it is not a page that `--format html` wrote" in done.stderr


def test_text_of_a_file_cannot_break_out_of_the_page(adapter: Adapter, program: Path) -> None:
    evil = "</script><script>alert(1)</script>"
    program.write_text(f"import wandb\nwandb.init()\nwandb.log({{'{evil}': 1}}, step=1)\n")
    adapter("translate", ".", *LIBRARIES, "--format", "html", "--output", "r.html", cwd=program.parent)
    page = (program.parent / "r.html").read_text()
    assert evil not in page
    assert page.count("</script>") == 2
    body = json.dumps([base64.b64decode(part).decode() for part in _bodies(page)])
    assert "alert(1)" in body


def _bodies(page: str) -> list[str]:
    from adapter.report.html import read_page

    return [hunk["body"] for file in read_page(page)["files"] for hunk in file["hunks"]]
