from adapter.bench.oracle import Trial, optimisation


def check(task: Trial) -> None:
    optimisation.optimises(
        task,
        model="model",
        inputs="x_test",
        targets="y_test",
        calibration="train_loader.dataset.tensors[0]",
        agreement=0.9,
        difference=0.3,
    )
