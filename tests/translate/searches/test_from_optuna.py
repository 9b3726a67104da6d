"""tests/translate: Optuna studies as Hyperopt searches: the same values, the same optimum."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.translate.searches.running import code, ran, translated

PROGRAM = """
    import optuna
    from optuna.samplers import TPESampler


    def layers_of(trial):
        n_layers = trial.suggest_int("n_layers", 1, 3)
        return [trial.suggest_int(f"units_{i}", 4, 32, log=True) for i in range(n_layers)]


    seen = []


    def objective(trial: optuna.Trial) -> float:
        "How good."
        x = trial.suggest_float("x", -5, 5)
        rate = trial.suggest_float("rate", 1e-4, 1e-1, log=True)
        drop = trial.suggest_float("drop", 0.1, 0.5, step=0.2)
        odd = trial.suggest_int("odd", 1, 10, step=3)
        kind = trial.suggest_categorical("kind", ["good", "bad", "none"])
        layers = layers_of(trial)
        seen.append((x, rate, drop, odd, kind, tuple(layers)))
        if kind == "none":
            raise optuna.TrialPruned()
        trial.set_user_attr("layers", len(layers))
        return -((x - 1) ** 2) + (kind == "good")


    study = optuna.create_study(direction="maximize", sampler=TPESampler(seed=2))
    study.optimize(objective, n_trials=70)
    count = len(study.trials)
    best = study.best_trial
    value = best.value
    same = study.best_value
    params = dict(best.params)
    layers = best.user_attrs["layers"]
    names = [name for name, _ in study.best_params.items()]
"""


def test_a_study_becomes_a_search_over_the_same_values(tmp_path: Path) -> None:
    plan = translated(tmp_path, PROGRAM, "optuna", "hyperopt")
    assert not plan.gaps
    before, after = ran(tmp_path, (tmp_path / "train.py").read_text()), ran(tmp_path, code(plan))
    assert before.names["count"] == after.names["count"] == len(after.names["seen"]) == 70
    for x, rate, drop, odd, kind, layers in after.names["seen"]:
        assert -5 <= x <= 5
        assert 1e-4 <= rate <= 1e-1
        assert round(drop, 9) in (0.1, 0.3, 0.5)
        assert odd in (1, 4, 7, 10)
        assert kind in ("good", "bad", "none")
        assert 1 <= len(layers) <= 3
        assert all(isinstance(units, int) and 4 <= units <= 32 for units in layers)
    for at in (2, 3, 4):
        assert len({round(each[at], 9) if at == 2 else each[at] for each in after.names["seen"]}) > 2
    assert after.names["value"] == pytest.approx(before.names["value"], abs=0.2)
    assert after.names["same"] == after.names["value"]
    assert after.names["params"]["kind"] == before.names["params"]["kind"] == "good"
    assert set(before.names["params"]) <= set(after.names["params"]) == set(after.names["names"])
    assert 1 <= after.names["layers"] <= 3


@pytest.mark.parametrize(
    ("why", "line"),
    [
        ("given up while they run", "trial.report(x, 0)"),
        ("has no counterpart", "print(trial.number)"),
        ("the trial goes to", "watch = Callback(trial)"),
        ("known only in the objective", 'y = trial.suggest_int("y", 0, limit)'),
    ],
)
def test_what_hyperopt_does_not_have_leaves_the_study(tmp_path: Path, why: str, line: str) -> None:
    text = f"""
        import optuna


        def objective(trial):
            limit = 3
            x = trial.suggest_float("x", 0, 1)
            {line}
            return x


        study = optuna.create_study()
        study.optimize(objective, n_trials=3)
    """
    plan = translated(tmp_path, text, "optuna", "hyperopt")
    assert plan.after is None
    assert any(why in gap.detail for gap in plan.gaps), [gap.detail for gap in plan.gaps]
