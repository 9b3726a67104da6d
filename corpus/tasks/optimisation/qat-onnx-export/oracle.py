from adapter.bench.oracle import Trial, optimisation


def check(task: Trial) -> None:
    optimisation.optimises(
        task,
        model="model",
        inputs="X_test",
        targets="y_test",
        calibration="X_train",
        score_drop=0.05,
    )
