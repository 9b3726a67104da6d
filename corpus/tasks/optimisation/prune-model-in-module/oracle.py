from adapter.bench.oracle import Trial, optimisation


def check(task: Trial) -> None:
    optimisation.optimises(
        task,
        model="model",
        inputs="torch.cat([h for h, _ in val_loader])",
        targets="torch.cat([a for _, a in val_loader])",
        function="main",
        score_drop=0.05,
        ratio=0.4,
    )
