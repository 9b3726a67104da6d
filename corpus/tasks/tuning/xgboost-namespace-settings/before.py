import sys
from types import SimpleNamespace

from sklearn.datasets import load_breast_cancer
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import train_test_split
from xgboost import XGBClassifier

cfg = SimpleNamespace(
    rounds=60,
    learning_rate=0.2,
    max_depth=3,
    reg_lambda=1.0,
    colsample=0.6,
    patience=8,
    seed=7,
)


def load():
    data = load_breast_cancer()
    return train_test_split(data.data, data.target, test_size=0.3, random_state=cfg.seed, stratify=data.target)


def main():
    X_fit, X_valid, y_fit, y_valid = load()
    booster = XGBClassifier(
        n_estimators=cfg.rounds,
        learning_rate=cfg.learning_rate,
        max_depth=cfg.max_depth,
        reg_lambda=cfg.reg_lambda,
        colsample_bytree=cfg.colsample,
        early_stopping_rounds=cfg.patience,
        eval_metric='logloss',
        random_state=cfg.seed,
        n_jobs=1,
    )
    booster.fit(X_fit, y_fit, eval_set=[(X_valid, y_valid)], verbose=False)
    auc = roc_auc_score(y_valid, booster.predict_proba(X_valid)[:, 1])
    sys.stdout.write(f'best iteration: {booster.best_iteration}\n')
    sys.stdout.write(f'valid auc: {auc:.6f}\n')


if __name__ == '__main__':
    main()
