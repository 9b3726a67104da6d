from adapter.bench.oracle import Trial, optimisation


def check(task: Trial) -> None:
    optimisation.optimises(
        task,
        model="trainer.model",
        inputs="torch.cat([x for x, _ in trainer.val_loader])",
        targets="torch.cat([y for _, y in trainer.val_loader])",
        calibration="trainer.train_loader.dataset.tensors[0]",
        function="main",
        agreement=0.9,
        difference=0.3,
    )
