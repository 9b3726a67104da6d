"""What all experiments log in the same way."""

import mlflow


def begin(experiment, run_name, params):
    """Open a run and write down how it was made."""
    mlflow.set_experiment(experiment)
    run = mlflow.start_run(run_name=run_name)
    mlflow.log_params(params)
    mlflow.set_tag("framework", "numpy")
    return run


def log_epoch(epoch, **metrics):
    mlflow.log_metrics(metrics, step=epoch)
