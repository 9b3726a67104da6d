"""Text classification: which message is about sports?"""
import joblib
import mlflow
import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.metrics import accuracy_score, f1_score
from sklearn.model_selection import GridSearchCV, train_test_split
from sklearn.naive_bayes import MultinomialNB
from sklearn.pipeline import Pipeline

SPORTS = "match team goal season coach player league score win ball".split()
OTHER = "market bank price trade share profit rate budget loan tax".split()
SHARED = "the a new big report said today week plan people".split()


def make_messages(count, seed):
    rng = np.random.default_rng(seed)
    texts, labels = [], []
    for _ in range(count):
        label = int(rng.integers(2))
        topic = SPORTS if label else OTHER
        words = list(rng.choice(topic, 2)) + list(rng.choice(SHARED, 6)) + list(rng.choice(SPORTS + OTHER, 3))
        rng.shuffle(words)
        texts.append(" ".join(words))
        labels.append(label)
    return texts, labels


def main():
    texts, labels = make_messages(400, seed=8)
    train_texts, test_texts, train_labels, test_labels = train_test_split(
        texts, labels, test_size=0.3, random_state=8
    )

    pipeline = Pipeline([("tfidf", TfidfVectorizer()), ("clf", MultinomialNB())])
    param_grid = {
        "tfidf__ngram_range": [(1, 1), (1, 2)],
        "clf__alpha": [0.05, 0.5, 2.0],
    }
    grid = GridSearchCV(pipeline, param_grid, cv=3, scoring="f1")
    grid.fit(train_texts, train_labels)

    print(f"Best parameters: {grid.best_params_}")
    print(f"Best cross-validation score: {grid.best_score_:.4f}")

    predicted = grid.predict(test_texts)
    accuracy = accuracy_score(test_labels, predicted)
    f1 = f1_score(test_labels, predicted)
    print(f"Test accuracy: {accuracy:.4f}")
    print(f"Test F1: {f1:.4f}")

    joblib.dump(grid.best_estimator_, "messages.joblib")

    with mlflow.start_run():
        mlflow.log_params(grid.best_params_)
        mlflow.log_metrics({"best_score": grid.best_score_, "test_accuracy": accuracy, "test_f1": f1})
        mlflow.log_artifact("messages.joblib")


if __name__ == "__main__":
    main()
