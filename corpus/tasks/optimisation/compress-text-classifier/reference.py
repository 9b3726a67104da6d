import argparse
import random

import nncf
import torch
import torch.nn as nn
from torch.utils.data import DataLoader, TensorDataset

GOOD = "good great fine lovely superb enjoyable bright clever".split()
BAD = "bad awful dull boring poor weak clumsy tired".split()
NEUTRAL = "the a film plot actor scene music was is with and of this that one".split()
VOCABULARY = ["<pad>"] + GOOD + BAD + NEUTRAL


def make_reviews(n, length=12, seed=0):
    rng = random.Random(seed)
    ids = {word: i for i, word in enumerate(VOCABULARY)}
    rows, labels = [], []
    for _ in range(n):
        label = rng.randrange(2)
        strong = GOOD if label else BAD
        words = [rng.choice(strong) if rng.random() < 0.25 else rng.choice(NEUTRAL) for _ in range(length - rng.randrange(4))]
        rows.append([ids[word] for word in words] + [0] * (length - len(words)))
        labels.append(label)
    return torch.tensor(rows), torch.tensor(labels)


class TextClassifier(nn.Module):
    def __init__(self, vocab_size, embed_dim, num_classes):
        super().__init__()
        self.embedding = nn.Embedding(vocab_size, embed_dim, padding_idx=0)
        self.fc1 = nn.Linear(embed_dim, 64)
        self.fc2 = nn.Linear(64, num_classes)

    def forward(self, tokens):
        mask = (tokens != 0).unsqueeze(-1)
        pooled = (self.embedding(tokens) * mask).sum(1) / mask.sum(1)
        return self.fc2(torch.relu(self.fc1(pooled)))


parser = argparse.ArgumentParser(description="sentiment of short reviews")
parser.add_argument("--embed-dim", type=int, default=32)
parser.add_argument("--lr", type=float, default=0.01)
parser.add_argument("--epochs", type=int, default=4)
parser.add_argument("--batch-size", type=int, default=32)
args = parser.parse_args()

torch.manual_seed(3)
train_dataloader = DataLoader(TensorDataset(*make_reviews(800)), batch_size=args.batch_size, shuffle=True)
valid_dataloader = DataLoader(TensorDataset(*make_reviews(200, seed=1)), batch_size=50)

model = TextClassifier(len(VOCABULARY), args.embed_dim, 2)
criterion = nn.CrossEntropyLoss()
optimizer = torch.optim.Adam(model.parameters(), lr=args.lr)


def train():
    model.train()
    total_loss = 0
    for text, label in train_dataloader:
        optimizer.zero_grad()
        loss = criterion(model(text), label)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 0.5)
        optimizer.step()
        total_loss += loss.item()
    return total_loss / len(train_dataloader)


def evaluate():
    model.eval()
    total_acc, total_count = 0, 0
    with torch.no_grad():
        for text, label in valid_dataloader:
            total_acc += (model(text).argmax(1) == label).sum().item()
            total_count += label.size(0)
    return total_acc / total_count


for epoch in range(1, args.epochs + 1):
    loss = train()
    accuracy = evaluate()
    print("| epoch {:3d} | train loss {:8.4f} | valid accuracy {:8.3f}".format(epoch, loss, accuracy))

torch.save(model.state_dict(), "sentiment.pth")

model.eval()
text, _ = next(iter(valid_dataloader))
compressed = nncf.compress_weights(model, dataset=nncf.Dataset([text]))
torch.save(compressed, "sentiment_int8.pth")
