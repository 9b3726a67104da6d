import torch.nn as nn


def build(widths, inputs=10, classes=3):
    layers = []
    for width in widths:
        layers += [nn.Linear(inputs, width), nn.ReLU(inplace=True)]
        inputs = width
    layers.append(nn.Linear(inputs, classes))
    return nn.Sequential(*layers)
