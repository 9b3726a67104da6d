# Character-level model of a toy language: which letter comes next?
import random

import torch
import torch.nn as nn
import torch.nn.functional as F

SEED = 1234
N_EPOCHS = 4
BATCH_SIZE = 32
EMBEDDING_DIM = 16
HIDDEN_DIM = 32
LEARNING_RATE = 0.01
CLIP = 1.0
CONTEXT = 3
MODEL_PATH = "letters.pt"

random.seed(SEED)
torch.manual_seed(SEED)


def make_words(n):
    syllables = ["ka", "lo", "mi", "ren", "su", "ta", "vo", "ni"]
    words = []
    for _ in range(n):
        first = random.randrange(len(syllables))
        words.append(syllables[first] + syllables[(first + random.choice([1, 2])) % len(syllables)])
    return words


words = make_words(260)
letters = sorted(set("".join(words)))
stoi = {c: i + 1 for i, c in enumerate(letters)}


def encode(some_words):
    xs, ys = [], []
    for word in some_words:
        context = [0] * CONTEXT
        for c in list(word) + [None]:
            target = stoi[c] if c else 0
            xs.append(context)
            ys.append(target)
            context = context[1:] + [target]
    return torch.tensor(xs), torch.tensor(ys)


x_train, y_train = encode(words[:200])
x_valid, y_valid = encode(words[200:])


class Letters(nn.Module):
    def __init__(self):
        super().__init__()
        self.embed = nn.Embedding(len(letters) + 1, EMBEDDING_DIM)
        self.hidden = nn.Linear(CONTEXT * EMBEDDING_DIM, HIDDEN_DIM)
        self.out = nn.Linear(HIDDEN_DIM, len(letters) + 1)

    def forward(self, x):
        return self.out(torch.tanh(self.hidden(self.embed(x).flatten(1))))


def train(model, optimizer):
    model.train()
    epoch_loss = 0
    batches = torch.randperm(len(x_train)).split(BATCH_SIZE)
    for rows in batches:
        optimizer.zero_grad()
        loss = F.cross_entropy(model(x_train[rows]), y_train[rows])
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), CLIP)
        optimizer.step()
        epoch_loss += loss.item()
    return epoch_loss / len(batches)


def evaluate(model):
    model.eval()
    with torch.no_grad():
        return F.cross_entropy(model(x_valid), y_valid).item()


model = Letters()
optimizer = torch.optim.Adam(model.parameters(), lr=LEARNING_RATE)

best_valid_loss = float('inf')

for epoch in range(N_EPOCHS):
    train_loss = train(model, optimizer)
    valid_loss = evaluate(model)

    if valid_loss < best_valid_loss:
        best_valid_loss = valid_loss
        torch.save(model.state_dict(), MODEL_PATH)

    print(f'Epoch: {epoch+1:02}')
    print(f'\tTrain Loss: {train_loss:.3f}')
    print(f'\t Val. Loss: {valid_loss:.4f}')
