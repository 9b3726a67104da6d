"""tests/translate: W&B sweeps as Optuna studies; the runs are still tracked by W&B."""

from __future__ import annotations

from pathlib import Path

import pytest
from optuna.distributions import CategoricalDistribution, FloatDistribution, IntDistribution

from tests.translate.searches.running import code, distributions, ran, translated

PROGRAM = """
    import wandb

    sweep_config = {
        "method": "random",
        "metric": {"name": "loss", "goal": "minimize"},
        "parameters": {
            "x": {"min": -4.0, "max": 4.0},
            "rate": {"distribution": "log_uniform_values", "min": 1e-4, "max": 1e-1},
            "units": {"min": 4, "max": 16},
            "kind": {"values": ["plain", "bent"]},
            "epochs": {"value": 2},
        },
    }
    drawn = []


    def train(config=None):
        with wandb.init(config=config, mode="offline") as run:
            config = wandb.config
            drawn.append(dict(config))
            for epoch in range(config.epochs):
                run.log({"loss": (config.x - 1) ** 2 + config.epochs - epoch, "units": config.units})


    sweep_id = wandb.sweep(sweep_config, project="curves")
    wandb.agent(sweep_id, function=train, count=30)
"""


def test_an_agent_becomes_a_study_and_runs_are_still_tracked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = translated(tmp_path, PROGRAM, "wandb", "optuna")
    assert not plan.gaps
    assert {edit.site.api for edit in plan.edits} == {"wandb.sweep", "wandb.agent"}
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("WANDB_SILENT", "true")
    after = ran(tmp_path, code(plan))
    (study,) = after.studies
    assert distributions(study) == {
        "x": FloatDistribution(-4.0, 4.0),
        "rate": FloatDistribution(1e-4, 1e-1, log=True),
        "units": IntDistribution(4, 16),
        "kind": CategoricalDistribution(["plain", "bent"]),
    }
    assert len(study.trials) == len(after.names["drawn"]) == 30
    for trial, drawn in zip(study.trials, after.names["drawn"], strict=True):
        assert drawn == {**trial.params, "epochs": 2}
        assert trial.value == pytest.approx((drawn["x"] - 1) ** 2 + 1)
    assert len(list((tmp_path / "wandb").glob("offline-run-*"))) == 30
    assert study.best_value == min(trial.value for trial in study.trials) < 4


def test_settings_that_are_put_together(tmp_path: Path) -> None:
    text = """
        import wandb

        sweep_config = {"method": "grid"}
        metric = {"name": "accuracy", "goal": "maximize"}
        sweep_config["metric"] = metric
        parameters_dict = {"depth": {"values": [1, 2, 3]}}
        sweep_config["parameters"] = parameters_dict
        parameters_dict.update({"epochs": {"value": 1}})


        def train():
            run = wandb.init(mode="disabled")
            accuracy = wandb.config["depth"] / 3
            wandb.log({"accuracy": accuracy})


        sweep_id = wandb.sweep(sweep_config, project="trees")
        wandb.agent(sweep_id, train)
    """
    plan = translated(tmp_path, text, "wandb", "optuna")
    assert not plan.gaps
    after = ran(tmp_path, code(plan))
    (study,) = after.studies
    assert sorted(trial.params["depth"] for trial in study.trials) == [1, 2, 3]
    assert study.best_value == 1


@pytest.mark.parametrize(
    ("why", "agent", "more"),
    [
        ("a program, not a function", "wandb.agent(sweep_id)", ""),
        ("ended early", "wandb.agent(sweep_id, train)", ', "early_terminate": {"type": "hyperband"}'),
    ],
)
def test_what_optuna_does_not_have_leaves_the_sweep(tmp_path: Path, why: str, agent: str, more: str) -> None:
    text = f"""
        import wandb

        settings = {{"method": "random", "metric": {{"name": "a", "goal": "minimize"}},
                    "parameters": {{"x": {{"min": 0.0, "max": 1.0}}}}{more}}}

        def train():
            wandb.init()
            wandb.log({{"a": wandb.config.x}})

        sweep_id = wandb.sweep(settings)
        {agent}
    """
    plan = translated(tmp_path, text, "wandb", "optuna")
    assert plan.after is None
    assert [gap.site.api for gap in plan.gaps] == ["wandb.sweep", "wandb.agent"]
    assert any(why in gap.detail for gap in plan.gaps), [gap.detail for gap in plan.gaps]
