import lightgbm as lgb
import optuna
import typer
from sklearn.datasets import make_classification
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import train_test_split
from typing_extensions import Annotated

app = typer.Typer()


@app.command()
def main(
    learning_rate: float = 0.1,
    num_leaves: int = 15,
    min_child_samples: Annotated[int, typer.Option(help="Samples that a leaf needs.")] = 20,
    feature_fraction: float = 0.8,
    lambda_l1: Annotated[float, typer.Option("--l1", help="L1 penalty.")] = 0.0,
    rounds: int = 25,
    seed: int = 0,
    trials: Annotated[int, typer.Option(help="Tune with this many Optuna trials.")] = 0,
):
    """Rank customers by how likely they are to leave."""
    if not trials:
        train(learning_rate, num_leaves, min_child_samples, feature_fraction, lambda_l1, rounds, seed)
        return

    def objective(trial):
        return train(
            trial.suggest_float("learning_rate", learning_rate / 10, learning_rate * 10, log=True),
            trial.suggest_int("num_leaves", 4, 64, log=True),
            trial.suggest_int("min_child_samples", 5, 50),
            trial.suggest_float("feature_fraction", 0.4, 1.0),
            trial.suggest_float("lambda_l1", 0.0, 5.0),
            rounds,
            seed,
        )

    study = optuna.create_study(direction="maximize")
    study.optimize(objective, n_trials=trials)
    typer.echo(f"best value {study.best_value:.4f}")
    for name, value in study.best_params.items():
        typer.echo(f"best {name} {value}")


def train(learning_rate, num_leaves, min_child_samples, feature_fraction, lambda_l1, rounds, seed):
    X, y = make_classification(n_samples=700, n_features=16, n_informative=7, flip_y=0.1, random_state=seed)
    X_fit, X_hold, y_fit, y_hold = train_test_split(X, y, test_size=0.3, random_state=seed)
    params = dict(
        objective="binary",
        learning_rate=learning_rate,
        num_leaves=num_leaves,
        min_child_samples=min_child_samples,
        feature_fraction=feature_fraction,
        lambda_l1=lambda_l1,
        seed=seed,
        deterministic=True,
        num_threads=1,
        verbosity=-1,
    )
    booster = lgb.train(params, lgb.Dataset(X_fit, y_fit), num_boost_round=rounds)
    auc_train = roc_auc_score(y_fit, booster.predict(X_fit))
    auc_hold = roc_auc_score(y_hold, booster.predict(X_hold))
    typer.echo(f"AUC train {auc_train:.4f}")
    typer.echo(f"AUC hold-out {auc_hold:.4f}")
    booster.save_model("booster.txt")
    return auc_hold


if __name__ == "__main__":
    app()
