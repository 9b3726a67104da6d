from adapter.bench.oracle import Trial, optimisation


def check(task: Trial) -> None:
    optimisation.optimises(
        task,
        model="model",
        inputs="torch.stack([signal for signal, _ in make_signals(240, 2)])",
        targets="torch.stack([kind for _, kind in make_signals(240, 2)])",
        function="training_function",
        score_drop=0.1,
        ratio=0.6,
    )
