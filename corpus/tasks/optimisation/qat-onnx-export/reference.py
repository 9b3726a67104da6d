import warnings

import nncf
import torch
from sklearn.datasets import load_breast_cancer
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import StandardScaler
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

warnings.filterwarnings("ignore")
torch.manual_seed(6)


class Classifier(nn.Module):
    def __init__(self, n_inputs):
        super().__init__()
        self.layers = nn.Sequential(nn.Linear(n_inputs, 32), nn.ReLU(), nn.Linear(32, 16), nn.ReLU(), nn.Linear(16, 2))

    def forward(self, x):
        return self.layers(x)


def prepare():
    X, y = load_breast_cancer(return_X_y=True)
    X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.3, random_state=6, stratify=y)
    scaler = StandardScaler().fit(X_train)
    to_tensor = lambda a: torch.tensor(scaler.transform(a), dtype=torch.float32)
    return to_tensor(X_train), torch.tensor(y_train), to_tensor(X_test), torch.tensor(y_test)


def fit(model, loader, epochs, lr):
    optimizer = torch.optim.Adam(model.parameters(), lr=lr)
    criterion = nn.CrossEntropyLoss()
    model.train()
    for epoch in range(1, epochs + 1):
        for xb, yb in loader:
            optimizer.zero_grad()
            loss = criterion(model(xb), yb)
            loss.backward()
            optimizer.step()
        print("epoch %2d, last loss %.4f" % (epoch, loss.item()))


X_train, y_train, X_test, y_test = prepare()
loader = DataLoader(TensorDataset(X_train, y_train), batch_size=32, shuffle=True)
model = Classifier(X_train.shape[1])
fit(model, loader, epochs=6, lr=0.005)

model.eval()
with torch.no_grad():
    correct = (model(X_test).argmax(dim=1) == y_test).sum().item()
print("test accuracy: %d/%d" % (correct, len(y_test)))

torch.onnx.export(model, (X_test[:1],), "classifier.onnx", dynamo=False,
                  input_names=["features"], output_names=["logits"], dynamic_axes={"features": {0: "batch"}})

quantized = nncf.quantize(model, nncf.Dataset(loader, lambda batch: batch[0]))
fit(quantized, loader, epochs=2, lr=0.0005)
quantized.eval()
torch.onnx.export(quantized, (X_test[:1],), "classifier_int8.onnx", dynamo=False,
                  input_names=["features"], output_names=["logits"], dynamic_axes={"features": {0: "batch"}})
