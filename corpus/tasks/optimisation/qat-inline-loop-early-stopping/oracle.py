from adapter.bench.oracle import Trial, optimisation


def check(task: Trial) -> None:
    optimisation.optimises(
        task,
        model="model",
        inputs="torch.stack([x for x, _ in valid_ds])",
        targets="torch.stack([y for _, y in valid_ds])",
        calibration="torch.stack([x for x, _ in train_ds])",
        function="main",
        score_drop=0.05,
    )
