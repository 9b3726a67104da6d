from adapter.bench.oracle import Trial, registry


def check(task: Trial) -> None:
    registry.logs_model(task, "wine-lgbm", saved="wine_lgbm.pkl")
