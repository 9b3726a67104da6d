import logging
import sys

import joblib
import wandb
from lightgbm import LGBMClassifier
from sklearn.datasets import load_wine
from sklearn.metrics import f1_score
from sklearn.model_selection import cross_val_score, train_test_split

logging.basicConfig(level=logging.INFO, stream=sys.stdout, format="%(message)s")
log = logging.getLogger("wine")

PARAMS = dict(n_estimators=40, num_leaves=7, learning_rate=0.1, random_state=0, n_jobs=1, verbose=-1)
MODEL_FILE = "wine_lgbm.pkl"


def load():
    data = load_wine(as_frame=True)
    return train_test_split(data.data, data.target, test_size=0.3, random_state=0, stratify=data.target)


def train(X_train, y_train):
    scores = cross_val_score(LGBMClassifier(**PARAMS), X_train, y_train, cv=3)
    log.info("cv accuracy %.3f (+/- %.3f)", scores.mean(), scores.std())
    return LGBMClassifier(**PARAMS).fit(X_train, y_train)


def main():
    X_train, X_test, y_train, y_test = load()
    model = train(X_train, y_train)
    f1 = f1_score(y_test, model.predict(X_test), average="macro")
    log.info("test macro f1 %.3f", f1)
    joblib.dump(model, MODEL_FILE)
    log.info("model written to %s", MODEL_FILE)

    with wandb.init(project="wine") as run:
        run.log_model(MODEL_FILE, name="wine-lgbm")


if __name__ == "__main__":
    main()
