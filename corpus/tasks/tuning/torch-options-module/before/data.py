import torch
from torch.utils.data import DataLoader, TensorDataset

VOCABULARY = 12
LENGTH = 10


def make_loaders(opts):
    """Sequences of tokens; the label says whether token 3 comes more often than token 7."""
    tokens = torch.randint(0, VOCABULARY, (480, LENGTH))
    labels = ((tokens == 3).sum(1) > (tokens == 7).sum(1)).long()
    train = TensorDataset(tokens[:360], labels[:360])
    valid = TensorDataset(tokens[360:], labels[360:])
    return DataLoader(train, batch_size=opts.batch_size, shuffle=True), DataLoader(valid, batch_size=120)
