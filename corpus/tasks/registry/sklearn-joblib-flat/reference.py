import joblib
import mlflow
import numpy as np
from mlflow.models import infer_signature
from sklearn.datasets import load_diabetes
from sklearn.ensemble import RandomForestRegressor
from sklearn.metrics import mean_squared_error, r2_score
from sklearn.model_selection import train_test_split

# Load data
X, y = load_diabetes(return_X_y=True)
X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.2, random_state=42)

# Train model
rf = RandomForestRegressor(n_estimators=60, max_depth=6, min_samples_leaf=3, random_state=42)
rf.fit(X_train, y_train)

# Evaluate
predictions = rf.predict(X_test)
rmse = np.sqrt(mean_squared_error(y_test, predictions))
print("RMSE:", round(rmse, 3))
print("R2:", round(r2_score(y_test, predictions), 3))

# Save model
joblib.dump(rf, "diabetes_rf.joblib")

# Register model
with mlflow.start_run():
    mlflow.sklearn.log_model(
        rf,
        name="model",
        signature=infer_signature(X_test, predictions),
        input_example=X_test[:5],
        serialization_format="cloudpickle",
        registered_model_name="diabetes-forest",
    )
