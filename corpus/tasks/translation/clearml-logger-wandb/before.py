"""A class that reports through ClearML's current logger, and a table of what it got wrong."""

import pandas as pd
from clearml import Logger, Task
from sklearn.datasets import load_wine
from sklearn.linear_model import Perceptron
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import StandardScaler


class Monitor:
    def __init__(self, title):
        self.title = title

    def report(self, series, value, step):
        Logger.current_logger().report_scalar(self.title, series, value, step)


def run(settings):
    x, y = load_wine(return_X_y=True)
    x = StandardScaler().fit_transform(x)
    train_x, test_x, train_y, test_y = train_test_split(x, y, test_size=0.4, random_state=settings["seed"])
    model, monitor = Perceptron(random_state=0), Monitor("accuracy")
    for step in range(settings["steps"]):
        model.partial_fit(train_x[step::4], train_y[step::4], classes=[0, 1, 2])
        accuracy = model.score(test_x, test_y)
        monitor.report("test", accuracy, step)
        print(f"step {step} accuracy {accuracy:.4f}")
    wrong_df = pd.DataFrame({"truth": test_y, "guess": model.predict(test_x)}).query("truth != guess")
    Logger.current_logger().report_table("errors", "test", iteration=settings["steps"], table_plot=wrong_df)
    return accuracy


if __name__ == "__main__":
    Task.set_offline(offline_mode=True)
    task = Task.init("wine", "perceptron", auto_connect_frameworks=False)
    settings = {"steps": 4, "seed": 2}
    task.connect(settings)
    task.set_user_properties(author="ada")
    final = run(settings)
    task.get_logger().report_single_value(name="final", value=final)
    task.close()
