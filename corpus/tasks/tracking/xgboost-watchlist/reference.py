import mlflow
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

mlflow.start_run()
mlflow.log_params(params)
mlflow.log_param('num_rounds', num_rounds)

evals_result = {}
bst = xgb.train(
    params, dtrain, num_rounds, evals=watchlist, evals_result=evals_result, early_stopping_rounds=5
)
for round_number in range(len(evals_result['train']['rmse'])):
    mlflow.log_metrics({
        'train_rmse': evals_result['train']['rmse'][round_number],
        'valid_rmse': evals_result['valid']['rmse'][round_number],
    }, step=round_number)

print('best iteration: {}, best score: {:.4f}'.format(bst.best_iteration, bst.best_score))
pred = bst.predict(dvalid, iteration_range=(0, bst.best_iteration + 1))
mae = mean_absolute_error(y_valid, pred)
print('MAE: {0:.3f}'.format(mae))
mlflow.log_metrics({'best_score': bst.best_score, 'mae': mae})

bst.save_model('diabetes.json')
mlflow.log_artifact('diabetes.json')
mlflow.end_run()
