from adapter.bench.oracle import Trial, optimisation


def check(task: Trial) -> None:
    optimisation.optimises(
        task,
        model="learner.net",
        inputs="learner.test_data[0]",
        targets="learner.test_data[1]",
        score_drop=0.05,
        ratio=0.7,
    )
