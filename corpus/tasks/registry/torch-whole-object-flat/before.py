import torch
from torch import nn

torch.manual_seed(42)

INPUT_SIZE = 8
HIDDEN = 32
LEARNING_RATE = 1e-2
EPOCHS = 60

# a noisy non-linear regression problem
X = torch.randn(600, INPUT_SIZE)
y = torch.sin(X[:, :1]) + 0.5 * X[:, 1:2] * X[:, 2:3] + 0.05 * torch.randn(600, 1)
X_train, X_val = X[:500], X[500:]
y_train, y_val = y[:500], y[500:]

net = nn.Sequential(
    nn.Linear(INPUT_SIZE, HIDDEN),
    nn.Tanh(),
    nn.Linear(HIDDEN, HIDDEN),
    nn.Tanh(),
    nn.Linear(HIDDEN, 1),
)
criterion = nn.MSELoss()
optimizer = torch.optim.Adam(net.parameters(), lr=LEARNING_RATE)

for epoch in range(EPOCHS):
    optimizer.zero_grad()
    loss = criterion(net(X_train), y_train)
    loss.backward()
    optimizer.step()
    if epoch % 10 == 0:
        with torch.no_grad():
            val_loss = criterion(net(X_val), y_val)
        print(f"epoch {epoch}: train {loss.item():.4f}, val {val_loss.item():.4f}")

with torch.no_grad():
    final = criterion(net(X_val), y_val).item()
print("final validation loss:", round(final, 4))

torch.save(net, "regressor.pth")
