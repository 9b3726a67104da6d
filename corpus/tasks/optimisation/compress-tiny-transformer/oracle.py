from adapter.bench.oracle import Trial, optimisation


def check(task: Trial) -> None:
    optimisation.optimises(
        task,
        model="gpt",
        setup="tokens, following = get_batch(seed=7)",
        inputs="tokens",
        targets="following",
        agreement=0.95,
        difference=0.05,
    )
