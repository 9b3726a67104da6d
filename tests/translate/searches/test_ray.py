"""tests/translate: Ray Tune searches as Optuna studies: the same space, the same best trial."""

from __future__ import annotations

from pathlib import Path

import pytest
from optuna.distributions import CategoricalDistribution, FloatDistribution, IntDistribution

from tests.translate.searches.running import code, distributions, printed_alone, ran, translated

PROGRAM = """
    import json

    import ray
    from ray import tune
    from ray.tune import RunConfig, report
    from ray.tune.schedulers import ASHAScheduler


    def train(config):
        for step in range(10):
            loss = (config["x"] - 2) ** 2 + 1 / (step + 1) + 0 * config["rate"]
            report({"loss": loss, "units": config["inner"]["units"]})


    if __name__ == "__main__":
        ray.init(num_cpus=1, include_dashboard=False)
        tuner = tune.Tuner(
            train,
            param_space={
                "x": tune.grid_search([0, 1, 2]),
                "rate": tune.loguniform(1e-4, 1e-1),
                "momentum": tune.quniform(0.5, 0.9, 0.1),
                "depth": tune.randint(1, 9),
                "inner": {"units": tune.choice([8, 16])},
                "fixed": "adam",
            },
            tune_config=tune.TuneConfig(
                metric="loss",
                mode="min",
                scheduler=ASHAScheduler(max_t=20, grace_period=2),
                reuse_actors=True,
            ),
            run_config=RunConfig(stop={"training_iteration": 4}, verbose=0),
        )
        results = tuner.fit()
        best = results.get_best_result()
        told = {"x": best.config["x"], "loss": best.metrics["loss"], "units": best.metrics["units"]}
        told |= {"same": best.config["inner"]["units"], "count": len(results), "keys": sorted(best.config)}
        print(json.dumps(told))
"""


def test_the_same_space_is_searched_and_the_same_best_found(tmp_path: Path) -> None:
    plan = translated(tmp_path, PROGRAM, "ray.tune", "optuna")
    assert not plan.gaps
    before = printed_alone(tmp_path, (tmp_path / "train.py").read_text())
    after = ran(tmp_path, code(plan))
    (study,) = after.studies
    told = after.names["told"]
    assert told["keys"] == before["keys"] == ["depth", "fixed", "inner", "momentum", "rate", "x"]
    assert (told["x"], told["count"]) == (before["x"], before["count"]) == (2, 3)
    assert told["loss"] == pytest.approx(before["loss"]) == pytest.approx(0.25)
    assert told["units"] == told["same"]
    assert [trial.params["x"] for trial in study.trials] == [0, 1, 2]
    assert distributions(study) == {
        "x": CategoricalDistribution([0, 1, 2]),
        "rate": FloatDistribution(1e-4, 1e-1, log=True),
        "momentum": FloatDistribution(0.5, 0.9, step=0.1),
        "depth": IntDistribution(1, 8),
        "inner.units": CategoricalDistribution([8, 16]),
    }
    assert study.pruner._min_resource == 2
    assert list(study.trials[0].intermediate_values) == [0, 1, 2, 3]


def test_tune_run_and_returned_values(tmp_path: Path) -> None:
    text = """
        from ray import tune
        from ray.tune.search.optuna import OptunaSearch


        def objective(config, offset=0):
            return {"score": offset - abs(config["x"] - 3), "x": config["x"]}


        space = {"x": tune.uniform(0, 5)}
        analysis = tune.run(
            tune.with_parameters(objective, offset=1),
            config=space,
            metric="score",
            mode="max",
            num_samples=25,
            search_alg=OptunaSearch(seed=0),
            resources_per_trial={"cpu": 1},
        )
        best = analysis.best_config
        score = analysis.best_result["score"]
        noted = analysis.best_trial.last_result["x"]
    """
    plan = translated(tmp_path, text, "ray", "optuna")
    assert not plan.gaps
    after = ran(tmp_path, code(plan))
    (study,) = after.studies
    assert study.direction.name == "MAXIMIZE"
    assert len(study.trials) == 25
    assert after.names["score"] == study.best_value == pytest.approx(1, abs=0.3)
    assert after.names["best"] == {"x": after.names["noted"]} == study.best_params


@pytest.mark.parametrize(
    ("why", "program"),
    [
        (
            "PopulationBasedTraining",
            'tune.TuneConfig(metric="a", mode="min", scheduler=PopulationBasedTraining())',
        ),
        ("which reported value counts", "tune.TuneConfig(num_samples=3)"),
    ],
)
def test_what_optuna_does_not_have_leaves_the_search(tmp_path: Path, why: str, program: str) -> None:
    text = f"""
        from ray import tune
        from ray.tune.schedulers import PopulationBasedTraining

        def train(config):
            tune.report({{"a": config["x"]}})

        tuner = tune.Tuner(train, param_space={{"x": tune.uniform(0, 1)}}, tune_config={program})
        results = tuner.fit()
    """
    plan = translated(tmp_path, text, "ray", "optuna")
    assert plan.after is None
    assert any(why in gap.detail for gap in plan.gaps), [gap.detail for gap in plan.gaps]
