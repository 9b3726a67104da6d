from adapter.bench.oracle import Trial, optimisation


def check(task: Trial) -> None:
    optimisation.optimises(
        task,
        model="model",
        inputs="torch.cat([x for x, _ in test_loader])",
        targets="torch.cat([y for _, y in test_loader])",
        function="main",
        score_drop=0.05,
        ratio=0.5,
    )
