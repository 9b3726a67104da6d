from adapter.bench.oracle import Trial, optimisation


def check(task: Trial) -> None:
    optimisation.optimises(
        task,
        model="net",
        inputs="X_test",
        targets="y_test",
        function="main",
        agreement=0.97,
        difference=0.03,
    )
