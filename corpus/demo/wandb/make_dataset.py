"""Write the synthetic churn data set and log it as an artifact."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import wandb

OUTPUT = Path("churn")


def make_customers(count, seed):
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame(
        {
            "age": rng.integers(18, 80, size=count),
            "months": rng.integers(1, 60, size=count),
            "spend": rng.gamma(2.0, 30.0, size=count).round(2),
        }
    )
    risk = 1 / (1 + np.exp(0.08 * frame["months"] - 2))
    frame["churned"] = (rng.random(count) < risk).astype(int)
    return frame


def write_splits(frame, folder, fraction):
    folder.mkdir(exist_ok=True)
    cut = int(len(frame) * fraction)
    splits = {"train": frame[:cut], "test": frame[cut:]}
    for name, part in splits.items():
        part.to_csv(folder / f"{name}.csv", index=False)
    return {name: len(part) for name, part in splits.items()}


def main():
    config = {"customers": 500, "seed": 21, "train_fraction": 0.8}
    with wandb.init(project="churn", job_type="dataset", name="churn-v1", config=config) as run:
        frame = make_customers(config["customers"], config["seed"])
        sizes = write_splits(frame, OUTPUT, config["train_fraction"])
        Path("schema.json").write_text(json.dumps({"columns": list(frame.columns), **sizes}))

        dataset = wandb.Artifact("churn-data", type="dataset", description="Synthetic customers")
        dataset.add_dir(str(OUTPUT))
        dataset.add_file("schema.json")
        run.log_artifact(dataset)

        run.log({"rows/train": sizes["train"], "rows/test": sizes["test"]})
        run.summary["churn_rate"] = float(frame["churned"].mean())


if __name__ == "__main__":
    main()
