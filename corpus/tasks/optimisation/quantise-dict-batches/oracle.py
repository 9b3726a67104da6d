from adapter.bench.oracle import Trial, optimisation


def check(task: Trial) -> None:
    optimisation.optimises(
        task,
        model="net",
        inputs="torch.stack([item['image'] for item in valid_dl.dataset])",
        targets="torch.stack([item['label'] for item in valid_dl.dataset])",
        calibration="torch.stack([item['image'] for item in train_dl.dataset])",
        function="main",
        agreement=0.9,
        difference=0.5,
    )
