from adapter.bench.oracle import Trial, optimisation


def check(task: Trial) -> None:
    optimisation.optimises(
        task,
        model="house_net",
        inputs="(torch.tensor(datasets['val'].numbers), torch.tensor(datasets['val'].district))",
        targets="torch.tensor(datasets['val'].expensive)",
        agreement=0.9,
        difference=0.3,
    )
