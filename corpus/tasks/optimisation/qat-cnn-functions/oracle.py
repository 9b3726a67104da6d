from adapter.bench.oracle import Trial, optimisation


def check(task: Trial) -> None:
    optimisation.optimises(
        task,
        model="model",
        setup="held = [val_set[i] for i in range(len(val_set))]",
        inputs="torch.stack([x for x, _ in held])",
        targets="torch.stack([y for _, y in held])",
        calibration="dataset.tensors[0]",
        score_drop=0.05,
    )
