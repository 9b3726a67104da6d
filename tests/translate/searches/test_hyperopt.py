"""tests/translate: Hyperopt searches as Optuna studies: the same space and minimum, nothing by halves."""

from __future__ import annotations

import math
from pathlib import Path

import pytest
from optuna.distributions import CategoricalDistribution, FloatDistribution, IntDistribution

from tests.translate.searches.running import code, distributions, ran, translated

EVERY_KIND = """
    import numpy as np
    from hyperopt import STATUS_OK, Trials, fmin, hp, space_eval, tpe
    from hyperopt.pyll import scope

    space = {
        "x": hp.uniform("x", -10, 10),
        "lr": hp.loguniform("lr", np.log(1e-4), np.log(1e-1)),
        "decay": hp.loguniform("decay", -5, 0),
        "rate": hp.quniform("rate", 0.1, 0.5, 0.1),
        "units": scope.int(hp.quniform("units", 15, 64, 8)),
        "depth": hp.randint("depth", 2, 9),
        "seed": hp.randint("seed", 4),
        "leaves": hp.uniformint("leaves", 2, 5),
        "width": scope.int(hp.qloguniform("width", np.log(4), np.log(64), 1)),
        "optimizer": hp.choice("optimizer", ["adam", "sgd", None]),
        "layers": hp.choice("layers", [(8,), (8, 8)]),
        "trees": hp.choice("trees", range(10, 60, 5)),
        "fixed": 3,
    }


    def objective(params):
        loss = (params["x"] - 2) ** 2 + 0.1 * params["depth"] + len(params["layers"])
        return {"loss": loss, "status": STATUS_OK, "layers": len(params["layers"])}


    trials = Trials()
    best = fmin(objective, space, algo=tpe.suggest, max_evals=60, trials=trials,
                rstate=np.random.default_rng(1), show_progressbar=False)
    point = space_eval(space, best)
    loss = trials.best_trial["result"]["loss"]
    losses = trials.losses()
    noted = [t["result"]["layers"] for t in trials.trials]
    xs = trials.vals["x"]
"""


def test_the_same_space_is_searched_and_the_same_minimum_found(tmp_path: Path) -> None:
    plan = translated(tmp_path, EVERY_KIND, "hyperopt", "optuna")
    assert not plan.gaps
    before = ran(tmp_path, (tmp_path / "train.py").read_text())
    after = ran(tmp_path, code(plan))
    (study,) = after.studies
    found = distributions(study)
    assert found["x"] == FloatDistribution(-10, 10)
    assert found["lr"] == FloatDistribution(1e-4, 1e-1, log=True)
    assert found["decay"] == FloatDistribution(math.exp(-5), 1.0, log=True)
    assert found["rate"] == FloatDistribution(0.1, 0.5, step=0.1)
    assert found["units"] == IntDistribution(16, 64, step=8)
    assert found["depth"] == IntDistribution(2, 8)
    assert found["seed"] == IntDistribution(0, 3)
    assert found["leaves"] == IntDistribution(2, 5)
    assert found["width"] == IntDistribution(4, 64, log=True)
    assert found["optimizer"] == CategoricalDistribution(["adam", "sgd", None])
    assert found["layers"] == CategoricalDistribution([0, 1])
    assert found["trees"] == IntDistribution(10, 55, step=5)
    # what Hyperopt drew lies in what Optuna draws from
    for name, values in before.names["trials"].vals.items():
        if name in ("optimizer", "layers", "trees"):
            continue
        # the library tells a whole number as a number with a fraction of zero
        for value in values:
            held = int(value) if isinstance(found[name], IntDistribution) else float(value)
            assert found[name]._contains(found[name].to_internal_repr(held)), (name, value)
    assert len(study.trials) == 60
    assert after.names["loss"] == pytest.approx(before.names["loss"], abs=0.2)
    assert after.names["loss"] == study.best_value == min(after.names["losses"])
    assert set(after.names["noted"]) <= {1, 2}
    assert after.names["xs"] == [trial.params["x"] for trial in study.trials]
    assert after.names["point"].keys() == before.names["point"].keys()
    assert after.names["point"]["layers"] == before.names["point"]["layers"] == (8,)
    assert after.names["point"]["fixed"] == 3


NESTED = """
    import numpy as np
    from hyperopt import STATUS_FAIL, STATUS_OK, Trials, fmin, hp, rand, space_eval

    FOREST = {"kind": "forest", "depth": hp.choice("depth", [None, 1 + hp.randint("levels", 3)])}
    SPACE = hp.choice("model", [
        {"kind": "linear", "alpha": hp.uniform("alpha", 0, 1)},
        {
            "kind": "kernel",
            "gamma": hp.choice("gamma", [{"mode": "auto"}, {"mode": "own", "value": hp.uniform("g", 2, 3)}]),
        },
        FOREST,
    ])
    seen = []


    def objective(config):
        seen.append(config)
        if config["kind"] == "forest" and config["depth"] == 1:
            return {"status": STATUS_FAIL}
        return {"loss": config.get("alpha", 2), "status": STATUS_OK}


    trials = Trials()
    best = fmin(fn=objective, space=SPACE, algo=rand.suggest, max_evals=80, trials=trials,
                rstate=np.random.default_rng(0), show_progressbar=False)
    point = space_eval(SPACE, best)
"""


def _shape(config: dict) -> tuple:
    gamma = config.get("gamma")
    depth = config.get("depth", "absent")
    return config["kind"], gamma and tuple(sorted(gamma)), depth


def test_conditional_choices_draw_only_what_is_chosen(tmp_path: Path) -> None:
    plan = translated(tmp_path, NESTED, "hyperopt", "optuna")
    assert not plan.gaps
    before, after = ran(tmp_path, (tmp_path / "train.py").read_text()), ran(tmp_path, code(plan))
    assert {_shape(config) for config in after.names["seen"]} == {
        _shape(config) for config in before.names["seen"]
    }
    (study,) = after.studies
    for trial in study.trials:
        wanted = {"linear": {"model", "alpha"}, "kernel": {"model", "gamma"}, "forest": {"model", "depth"}}
        extra = (
            {"g"}
            if trial.params.get("gamma") == "own"
            else {"levels"}
            if trial.params.get("depth") == 1
            else set()
        )
        assert set(trial.params) == wanted[trial.params["model"]] | extra
    pruned = [trial for trial in study.trials if trial.state.name == "PRUNED"]
    assert pruned
    assert all(trial.params["levels"] == 0 for trial in pruned)
    assert after.names["point"]["kind"] == before.names["point"]["kind"] == "linear"


def test_a_choice_whose_position_the_program_reads_stays_a_position(tmp_path: Path) -> None:
    text = """
        from hyperopt import fmin, hp, tpe

        kinds = ["relu", "tanh"]
        space = {"kind": hp.choice("kind", kinds), "other": hp.choice("other", ["a", "b"])}


        def objective(params):
            return 0.0 if params["kind"] == "tanh" else 1.0


        best = fmin(objective, space, algo=tpe.suggest, max_evals=20)
        chosen = kinds[best["kind"]]
        print(best["other"])
    """
    plan = translated(tmp_path, text, "hyperopt", "optuna")
    after = ran(tmp_path, code(plan))
    assert after.names["chosen"] == "tanh"
    assert distributions(after.studies[0])["kind"] == CategoricalDistribution([0, 1])
    assert distributions(after.studies[0])["other"] == CategoricalDistribution(["a", "b"])
    assert any("position" in edit.note for edit in plan.edits)


def test_how_it_runs_is_kept(tmp_path: Path) -> None:
    text = """
        from functools import partial
        import numpy as np
        from hyperopt import fmin, hp, tpe
        from hyperopt.early_stop import no_progress_loss

        algo = partial(tpe.suggest, n_startup_jobs=3)
        best = fmin(
            fn=lambda x: 1.0,
            space=hp.uniform("x", 0, 1),
            algo=algo,
            max_evals=50,
            points_to_evaluate=[{"x": 0.25}],
            early_stop_fn=no_progress_loss(4),
            rstate=np.random.default_rng(7),
        )
    """
    plan = translated(tmp_path, text, "hyperopt", "optuna")
    assert "TPESampler(n_startup_trials=3, seed=7)" in code(plan)
    after = ran(tmp_path, code(plan))
    (study,) = after.studies
    assert study.trials[0].params == {"x": 0.25}
    assert len(study.trials) == 5


@pytest.mark.parametrize(
    ("why", "text"),
    [
        (
            "not written out",
            """
            from hyperopt import fmin, hp, tpe
            from spaces import space

            def objective(params):
                return params["x"] + hp.dummy

            best = fmin(objective, space, algo=tpe.suggest, max_evals=3)
            """,
        ),
        (
            "hands results on",
            """
            import pickle
            from hyperopt import Trials, fmin, hp, tpe

            space = {"x": hp.uniform("x", 0, 1)}
            trials = Trials()
            fmin(lambda p: p["x"], space, algo=tpe.suggest, max_evals=3, trials=trials)
            pickle.dump(trials, open("trials.pkl", "wb"))
            """,
        ),
        (
            "a normal distribution that is rounded",
            """
            from hyperopt import fmin, hp, tpe

            space = {"x": hp.uniform("x", 0, 1), "y": hp.qnormal("y", 0, 1, 2)}
            best = fmin(lambda p: p["x"], space, algo=tpe.suggest, max_evals=3)
            """,
        ),
        (
            "also used in line",
            """
            from hyperopt import fmin, hp, tpe

            space = {"x": hp.uniform("x", 0, 1)}
            best = fmin(lambda p: p["x"], space, algo=tpe.suggest, max_evals=3)
            print(space["x"])
            """,
        ),
    ],
)
def test_what_is_not_understood_leaves_the_whole_search(tmp_path: Path, why: str, text: str) -> None:
    plan = translated(tmp_path, text, "hyperopt", "optuna")
    assert plan.after is None
    assert not plan.edits
    assert any(why in gap.detail for gap in plan.gaps), [gap.detail for gap in plan.gaps]


def test_a_seed_is_seen_under_an_alias_too(tmp_path: Path) -> None:
    aliased = EVERY_KIND.replace("import numpy as np", "import numpy as numeric").replace("np.", "numeric.")
    plan = translated(tmp_path, aliased, "hyperopt", "optuna")
    assert [gap.detail for gap in plan.gaps if "seed" in gap.detail] == []
