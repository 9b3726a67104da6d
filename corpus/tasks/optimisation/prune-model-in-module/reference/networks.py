from torch import nn


class Bottleneck(nn.Module):
    def __init__(self, dim, ratio=2):
        super().__init__()
        self.net = nn.Sequential(nn.Linear(dim, dim * ratio), nn.GELU(), nn.Linear(dim * ratio, dim))
        self.norm = nn.LayerNorm(dim)

    def forward(self, x):
        return self.norm(x + self.net(x))


class Regressor(nn.Module):
    """Predicts the two joint angles of a planar arm from the position of its hand."""

    def __init__(self, dim=32, depth=2):
        super().__init__()
        self.inp = nn.Linear(2, dim)
        self.body = nn.Sequential(*(Bottleneck(dim) for _ in range(depth)))
        self.out = nn.Linear(dim, 2)

    def forward(self, x):
        return self.out(self.body(self.inp(x)))
