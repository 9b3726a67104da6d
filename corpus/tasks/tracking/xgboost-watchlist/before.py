import numpy as np
import xgboost as xgb
from sklearn.datasets import load_diabetes
from sklearn.metrics import mean_absolute_error
from sklearn.model_selection import train_test_split

X, y = load_diabetes(return_X_y=True)
X_train, X_valid, y_train, y_valid = train_test_split(X, y, test_size=0.3, random_state=4)

dtrain = xgb.DMatrix(X_train, label=y_train)
dvalid = xgb.DMatrix(X_valid, label=y_valid)

params = {
    'objective': 'reg:squarederror',
    'eval_metric': 'rmse',
    'max_depth': 3,
    'eta': 0.3,
    'subsample': 0.8,
    'lambda': 2.0,
    'seed': 4,
    'nthread': 1,
}
num_rounds = 40
watchlist = [(dtrain, 'train'), (dvalid, 'valid')]

bst = xgb.train(params, dtrain, num_rounds, evals=watchlist, early_stopping_rounds=5)

print('best iteration: {}, best score: {:.4f}'.format(bst.best_iteration, bst.best_score))
pred = bst.predict(dvalid, iteration_range=(0, bst.best_iteration + 1))
print('MAE: {0:.3f}'.format(mean_absolute_error(y_valid, pred)))

bst.save_model('diabetes.json')
