"""Best parameters and score, the two test metrics, and the estimator."""

import ast
import re

from adapter.bench.oracle import Trial, output, tracking


def check(task: Trial) -> None:
    output.same_output(task)
    best = ast.literal_eval(re.search(r"^Best parameters: (.*)$", task.before.stdout, re.MULTILINE)[1])
    tracking.parameters(
        task,
        {
            ("clf__alpha", "alpha", "best_clf__alpha", "best_alpha"): best["clf__alpha"],
            ("tfidf__ngram_range", "ngram_range", "best_tfidf__ngram_range"): best["tfidf__ngram_range"],
        },
    )
    tracking.metrics(
        task,
        r"^Best cross-validation score: (?P<best_score>[\d.]+)$",
        spellings={
            "best_score": [
                "best_cv_score",
                "best_cross_validation_score",
                "best_cv_f1",
                "best_f1",
                "cv_f1",
                "cv_score",
                "best_validation",
            ]
        },
    )
    tracking.metrics(task, r"^Test accuracy: (?P<test_accuracy>[\d.]+)$", spellings={"test_accuracy": ["accuracy"]})
    tracking.metrics(task, r"^Test F1: (?P<test_f1>[\d.]+)$", spellings={"test_f1": ["f1", "f1_score"]})
    tracking.artifact(task, "messages.joblib", or_model=True)
