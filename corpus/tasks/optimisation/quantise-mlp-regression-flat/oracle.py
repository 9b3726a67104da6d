from adapter.bench.oracle import Trial, optimisation


def check(task: Trial) -> None:
    optimisation.optimises(
        task,
        model="model",
        inputs="X_test",
        targets="y_test",
        calibration="X_train",
        difference=0.3,
        score_drop=0.1,
    )
