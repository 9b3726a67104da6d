from dvclive import Live

PARAMS = {"epochs": 4, "rate": 0.5}

with Live(save_dvc_exp=False) as live:
    live.log_params(PARAMS)
    error = 16.0
    for epoch in range(PARAMS["epochs"]):
        error = error * PARAMS["rate"]
        for name, value in {"error": error, "score": 16 - error}.items():
            live.log_metric(name, value)
        live.next_step()
    print(f"error: {error}")
