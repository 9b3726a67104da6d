import numpy as np
from sklearn.datasets import make_classification
from sklearn.decomposition import PCA
from sklearn.model_selection import StratifiedKFold, cross_val_score
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC


def load():
    return make_classification(
        n_samples=360, n_features=20, n_informative=6, n_redundant=4, n_clusters_per_class=3, random_state=3
    )


def make_pipeline():
    return Pipeline([
        ("scale", StandardScaler()),
        ("reduce", PCA(n_components=8, random_state=0)),
        ("svc", SVC(C=1.0, gamma=0.05, kernel="rbf", random_state=0)),
    ])


def main():
    X, y = load()
    pipeline = make_pipeline()
    cv = StratifiedKFold(n_splits=4, shuffle=True, random_state=0)
    scores = cross_val_score(pipeline, X, y, cv=cv, scoring="f1")
    for i, score in enumerate(scores):
        print("fold %d: f1 = %.4f" % (i, score))
    print("mean f1 = %.4f (+/- %.4f)" % (np.mean(scores), np.std(scores)))


if __name__ == "__main__":
    main()
