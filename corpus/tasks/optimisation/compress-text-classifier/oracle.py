from adapter.bench.oracle import Trial, optimisation


def check(task: Trial) -> None:
    optimisation.optimises(
        task,
        model="model",
        inputs="valid_dataloader.dataset.tensors[0]",
        targets="valid_dataloader.dataset.tensors[1]",
        agreement=0.97,
        difference=0.03,
    )
