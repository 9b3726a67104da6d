"""Sorts support tickets by department."""
from __future__ import annotations

import pickle
import random
from pathlib import Path

import mlflow
import numpy as np
from mlflow.models import infer_signature
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import classification_report
from sklearn.model_selection import train_test_split
from sklearn.pipeline import make_pipeline

TOPICS = {
    "billing": "invoice refund charge card payment price cancel subscription".split(),
    "technical": "error crash install update screen login password slow".split(),
    "shipping": "parcel late address courier track delivery box lost".split(),
}
FILLER = "please the my again was help today I with and cannot".split()


def tickets(count: int, seed: int) -> tuple[list[str], list[str]]:
    chooser = random.Random(seed)
    texts, labels = [], []
    for _ in range(count):
        label = chooser.choice(sorted(TOPICS))
        words = chooser.choices(TOPICS[label], k=3) + chooser.choices(FILLER, k=6)
        chooser.shuffle(words)
        texts.append(" ".join(words))
        labels.append(label)
    return texts, labels


def fit_model(texts: list[str], labels: list[str]):
    model = make_pipeline(TfidfVectorizer(ngram_range=(1, 2)), LogisticRegression(C=4.0, max_iter=400))
    return model.fit(texts, labels)


def run() -> None:
    texts, labels = tickets(600, seed=2)
    train_texts, test_texts, train_labels, test_labels = train_test_split(texts, labels, random_state=2)
    model = fit_model(train_texts, train_labels)
    print(classification_report(test_labels, model.predict(test_texts), digits=3))
    with mlflow.start_run():
        mlflow.sklearn.log_model(
            model,
            name="model",
            signature=infer_signature(np.array(test_texts), model.predict(test_texts)),
            input_example=np.array(test_texts[:5]),
            registered_model_name="ticket-sorter",
        )
    target = Path("models")
    target.mkdir(exist_ok=True)
    (target / "tickets.pkl").write_bytes(pickle.dumps(model))


if __name__ == "__main__":
    run()
