"""Both errors of every round, best score, MAE, parameters and the model file."""

from adapter.bench.oracle import Trial, output, tracking


def check(task: Trial) -> None:
    output.same_output(task)
    tracking.parameters(
        task,
        {
            "objective": "reg:squarederror",
            "max_depth": 3,
            "eta": 0.3,
            "subsample": 0.8,
            "lambda": 2.0,
            "seed": 4,
            ("num_rounds", "num_boost_round", "num_boost_rounds"): 40,
        },
    )
    tracking.metrics(
        task,
        r"^\[(?P<step>\d+)\]\s+train-rmse:(?P<train_rmse>[\d.]+)\s+valid-rmse:(?P<valid_rmse>[\d.]+)$",
    )
    tracking.metrics(
        task,
        r"best score: (?P<best_score>[\d.]+)$",
        spellings={"best_score": ["best_valid_rmse", "best_rmse"]},
    )
    tracking.metrics(
        task, r"^MAE: (?P<mae>[\d.]+)$", spellings={"mae": ["valid_mae", "test_mae", "mean_absolute_error"]}
    )
    tracking.artifact(task, "diabetes.json", or_model=True)
