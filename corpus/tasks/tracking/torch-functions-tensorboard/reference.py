# Fine-tune a sequence tagger on synthetic data (bigrams decide the tag)
import time

import numpy as np
import torch
import torch.nn as nn
from torch.utils.tensorboard import SummaryWriter

SEQ_LEN, VOCAB, TAGS = 12, 30, 4
NUM_EPOCHS = 5
BATCH = 64
BASE_LR = 0.01
WARMUP_STEPS = 20

np.random.seed(13)
torch.manual_seed(13)


class Tagger(nn.Module):
    def __init__(self):
        super().__init__()
        self.embed = nn.Embedding(VOCAB, 16)
        self.lstm = nn.LSTM(16, 24, batch_first=True, bidirectional=True)
        self.out = nn.Linear(48, TAGS)

    def forward(self, x):
        return self.out(self.lstm(self.embed(x))[0])


def make_data(n):
    x = np.random.randint(0, VOCAB, (n, SEQ_LEN))
    y = (x + np.roll(x, 1, axis=1)) % TAGS
    return torch.from_numpy(x), torch.from_numpy(y)


def evaluate(net, x, y):
    net.eval()
    with torch.no_grad():
        hits = (net(x).argmax(-1) == y).float().mean()
    return hits.item()


def adjust_learning_rate(optimizer, step):
    lr = BASE_LR * min(1.0, (step + 1) / WARMUP_STEPS)
    for group in optimizer.param_groups:
        group["lr"] = lr
    return lr


net = Tagger()
optimizer = torch.optim.RMSprop(net.parameters(), lr=BASE_LR)
train_x, train_y = make_data(1200)
dev_x, dev_y = make_data(300)

writer = SummaryWriter()
writer.add_hparams({
    "seq_len": SEQ_LEN, "vocab": VOCAB, "tags": TAGS, "num_epochs": NUM_EPOCHS, "batch": BATCH,
    "base_lr": BASE_LR, "warmup_steps": WARMUP_STEPS,
}, {})

step = 0
started = time.time()
for epoch in range(NUM_EPOCHS):
    net.train()
    order = torch.randperm(len(train_x))
    for chunk in order.split(BATCH):
        lr = adjust_learning_rate(optimizer, step)
        logits = net(train_x[chunk])
        loss = nn.functional.cross_entropy(logits.reshape(-1, TAGS), train_y[chunk].reshape(-1))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        step += 1
        if step % 15 == 0:
            print("step", step, "loss", "%.4f" % loss.item(), "lr", "%.5f" % lr)
            writer.add_scalar("train/loss", loss.item(), step)
            writer.add_scalar("train/lr", lr, step)
    acc = evaluate(net, dev_x, dev_y)
    print("epoch", epoch, "dev accuracy", "%.4f" % acc)
    writer.add_scalar("dev/accuracy", acc, epoch)

writer.close()
print("done in %.1f s" % (time.time() - started))
