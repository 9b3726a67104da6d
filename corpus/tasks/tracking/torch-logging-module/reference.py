import argparse
import logging
import os

import mlflow
import torch
import torch.nn.functional as F
from torch import nn, optim
from torch.optim.lr_scheduler import StepLR

logger = logging.getLogger(__name__)


class CharModel(nn.Module):
    def __init__(self, vocabulary, embedding, hidden):
        super().__init__()
        self.embedding = nn.Embedding(vocabulary, embedding)
        self.rnn = nn.GRU(embedding, hidden, batch_first=True)
        self.head = nn.Linear(hidden, vocabulary)

    def forward(self, tokens):
        states, _ = self.rnn(self.embedding(tokens))
        return self.head(states)


def load_corpus():
    text = "the quick brown fox jumps over the lazy dog and runs away from the angry bear " * 25
    letters = sorted(set(text))
    index = {letter: i for i, letter in enumerate(letters)}
    return torch.tensor([index[letter] for letter in text]), len(letters)


def batches(tokens, length, size, generator):
    starts = torch.randint(0, len(tokens) - length - 1, (size,), generator=generator)
    x = torch.stack([tokens[s:s + length] for s in starts])
    y = torch.stack([tokens[s + 1:s + length + 1] for s in starts])
    return x, y


def train(args):
    torch.manual_seed(args.seed)
    generator = torch.Generator().manual_seed(args.seed)
    tokens, vocabulary = load_corpus()
    model = CharModel(vocabulary, args.embedding_dim, args.hidden_dim)
    optimizer = optim.AdamW(model.parameters(), lr=args.lr, weight_decay=args.weight_decay)
    scheduler = StepLR(optimizer, step_size=2, gamma=args.gamma)
    logger.info("model has %d parameters", sum(p.numel() for p in model.parameters()))

    for epoch in range(args.epochs):
        model.train()
        losses = []
        for _ in range(args.steps_per_epoch):
            x, y = batches(tokens, args.seq_len, args.batch_size, generator)
            optimizer.zero_grad()
            loss = F.cross_entropy(model(x).flatten(0, 1), y.flatten())
            loss.backward()
            if args.clip:
                nn.utils.clip_grad_norm_(model.parameters(), args.clip)
            optimizer.step()
            losses.append(loss.item())
        lr = optimizer.param_groups[0]["lr"]
        scheduler.step()
        mean_loss = sum(losses) / len(losses)
        perplexity = torch.exp(torch.tensor(mean_loss)).item()
        logger.info("epoch %d: loss=%.4f perplexity=%.3f lr=%.6f", epoch, mean_loss, perplexity, lr)
        mlflow.log_metrics({"loss": mean_loss, "perplexity": perplexity, "lr": lr}, step=epoch)

    os.makedirs(args.output_dir, exist_ok=True)
    checkpoint = os.path.join(args.output_dir, "char_gru.pt")
    torch.save({"model": model.state_dict(), "args": vars(args)}, checkpoint)
    mlflow.log_artifact(checkpoint)
    logger.info("checkpoint written to %s", checkpoint)


def parse_args():
    p = argparse.ArgumentParser()
    p.add_argument("--epochs", type=int, default=5)
    p.add_argument("--steps-per-epoch", type=int, default=8)
    p.add_argument("--batch-size", type=int, default=16)
    p.add_argument("--seq-len", type=int, default=24)
    p.add_argument("--embedding-dim", type=int, default=12)
    p.add_argument("--hidden-dim", type=int, default=32)
    p.add_argument("--lr", type=float, default=1e-2)
    p.add_argument("--weight-decay", type=float, default=1e-4)
    p.add_argument("--gamma", type=float, default=0.5)
    p.add_argument("--clip", type=float, default=1.0, help="0 for no clipping")
    p.add_argument("--seed", type=int, default=11)
    p.add_argument("--output-dir", default="checkpoints")
    return p.parse_args()


def main():
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(message)s")
    args = parse_args()
    with mlflow.start_run():
        mlflow.log_params(vars(args))
        train(args)


if __name__ == "__main__":
    main()
