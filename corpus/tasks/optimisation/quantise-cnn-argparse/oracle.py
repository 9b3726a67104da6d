from adapter.bench.oracle import Trial, optimisation


def check(task: Trial) -> None:
    optimisation.optimises(
        task,
        model="model",
        inputs="torch.cat([x for x, _ in test_loader])",
        targets="torch.cat([y for _, y in test_loader])",
        calibration="train_loader.dataset.tensors[0]",
        function="main",
        agreement=0.9,
        difference=0.3,
    )
