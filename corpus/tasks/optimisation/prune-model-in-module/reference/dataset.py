import math

import torch
from torch.utils.data import DataLoader, TensorDataset


def arm_loaders(batch_size=64):
    g = torch.Generator().manual_seed(123)
    angles = torch.rand(1000, 2, generator=g) * torch.tensor([math.pi / 2, math.pi / 2])
    a, b = angles[:, 0], angles[:, 0] + angles[:, 1]
    hand = torch.stack([a.cos() + 0.8 * b.cos(), a.sin() + 0.8 * b.sin()], dim=1)
    train = TensorDataset(hand[:800], angles[:800])
    val = TensorDataset(hand[800:], angles[800:])
    return DataLoader(train, batch_size=batch_size, shuffle=True), DataLoader(val, batch_size=200)
