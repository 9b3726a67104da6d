import json
import time

import numpy as np
from joblib import dump
from sklearn.datasets import load_digits
from sklearn.linear_model import SGDClassifier
from sklearn.metrics import accuracy_score, log_loss
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import MinMaxScaler

PASSES = 5
CHUNK = 200
ALPHA = 1e-4
rng = np.random.default_rng(3)


def chunks(X, y, size):
    order = rng.permutation(len(X))
    for start in range(0, len(X), size):
        picked = order[start:start + size]
        yield X[picked], y[picked]


X, y = load_digits(return_X_y=True)
X_train, X_valid, y_train, y_valid = train_test_split(X, y, test_size=0.25, random_state=3)
scaler = MinMaxScaler().fit(X_train)
X_train, X_valid = scaler.transform(X_train), scaler.transform(X_valid)

clf = SGDClassifier(loss='log_loss', alpha=ALPHA, random_state=3)
began = time.time()
for n in range(PASSES):
    for X_chunk, y_chunk in chunks(X_train, y_train, CHUNK):
        clf.partial_fit(X_chunk, y_chunk, classes=np.arange(10))
    probabilities = clf.predict_proba(X_valid)
    record = {
        'pass': n,
        'valid_loss': round(log_loss(y_valid, probabilities), 5),
        'valid_accuracy': accuracy_score(y_valid, clf.predict(X_valid)),
    }
    print(json.dumps(record))

print(json.dumps({'final_accuracy': clf.score(X_valid, y_valid), 'passes': PASSES}))
dump({'scaler': scaler, 'classifier': clf}, 'digits-sgd.joblib')
