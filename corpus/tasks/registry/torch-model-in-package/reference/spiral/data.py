import torch


def spirals(n, seed):
    g = torch.Generator().manual_seed(seed)
    label = torch.arange(n) % 3
    r = torch.rand(n, generator=g)
    angle = 4 * r + label * 2.1 + 0.15 * torch.randn(n, generator=g)
    return torch.stack([r * torch.cos(angle), r * torch.sin(angle)], dim=1), label
