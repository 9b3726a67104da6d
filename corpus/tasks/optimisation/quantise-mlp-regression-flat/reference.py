import nncf
import torch
from sklearn.datasets import load_diabetes
from torch import nn

torch.manual_seed(0)

X, y = load_diabetes(return_X_y=True)
X = torch.tensor(X / X.std(axis=0), dtype=torch.float32)
y = torch.tensor((y - y.mean()) / y.std(), dtype=torch.float32).unsqueeze(1)
X_train, y_train = X[:350], y[:350]
X_test, y_test = X[350:], y[350:]

EPOCHS = 120
LR = 3e-3


class MLP(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = nn.Sequential(nn.Linear(10, 32), nn.ReLU(), nn.Linear(32, 16), nn.ReLU(), nn.Linear(16, 1))

    def forward(self, x):
        return self.layers(x)


model = MLP()
loss_fn = nn.MSELoss()
optimizer = torch.optim.Adam(model.parameters(), lr=LR, weight_decay=1e-3)

for epoch in range(EPOCHS):
    pred = model(X_train)
    loss = loss_fn(pred, y_train)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    if (epoch + 1) % 30 == 0:
        print("Epoch", epoch + 1, "train loss", round(loss.item(), 4))

model.eval()
with torch.no_grad():
    test_loss = loss_fn(model(X_test), y_test).item()
print("test loss", round(test_loss, 4))
torch.save(model, "diabetes_mlp.pt")

quantized = nncf.quantize(model, nncf.Dataset(X_train.split(50)))
torch.save(
    {"state_dict": quantized.state_dict(), "config": nncf.torch.get_config(quantized)}, "diabetes_mlp_int8.pt"
)
