"""Pieces of training code, filled with chosen names and numbers, that make up the generated files."""

from __future__ import annotations

import random
from collections.abc import Iterable
from string import Template

Texts = Iterable[str]

_NOUNS = (
    "batch feature target window patch token frame anchor latent margin kernel gate head stage block".split()
)
_VERBS = "load merge scale sample encode decode collect normalise crop mask pad project gather split".split()
_ADJECTIVES = "dense sparse fused causal local wide shared frozen masked soft hard nested early late".split()
_METRICS = "loss accuracy recall precision f1 auc iou perplexity reward entropy grad_norm throughput".split()
_DATASETS = "churn digits housing reviews traffic wheat flights clicks sensors genomes".split()

_PLAIN = [
    '''
def ${verb}_${noun}(${noun}s, size=$number, ${adjective}=False):
    """${Verb} the ${adjective} ${noun}s of one epoch."""
    result = []
    for index, ${noun} in enumerate(${noun}s):
        if ${adjective} and index % size == 0:
            continue
        width = max(len(${noun}), $other) * $small
        result.append({"index": index, "width": width, "${noun}": ${noun}[:size]})
    return sorted(result, key=lambda item: (item["width"], item["index"]))
''',
    '''
class ${Adjective}${Noun}(nn.Module):
    """A ${adjective} ${noun} with $number channels."""

    def __init__(self, channels=$number, depth=$other, dropout=$small):
        super().__init__()
        self.${noun} = nn.Linear(channels, channels * depth)
        self.norm = nn.LayerNorm(channels)
        self.dropout = nn.Dropout(dropout)
        self.layers = nn.ModuleList([nn.Conv2d(channels, channels, 3, padding=1) for _ in range(depth)])

    def forward(self, x, ${noun}_mask=None):
        for layer in self.layers:
            x = x + self.dropout(F.gelu(layer(x)))
        if ${noun}_mask is not None:
            x = x.masked_fill(~${noun}_mask, float("-inf"))  # ${adjective} positions do not count
        return self.norm(self.${noun}(x))
''',
    """
def ${verb}_${adjective}_${noun}(path, *, seed=$number):
    rng = np.random.default_rng(seed)
    with open(path) as handle:
        rows = [line.strip().split(",") for line in handle if not line.startswith("#")]
    values = np.asarray([[float(cell or $small) for cell in row] for row in rows])
    order = rng.permutation(len(values))
    mean, spread = values.mean(axis=0), values.std(axis=0) + 1e-8
    logger.info("read %d rows from %s, ${noun} mean %.3f", len(values), path, mean[0])
    return (values[order] - mean) / spread
""",
    """
${ADJECTIVE}_${NOUN} = {
    "name": "${adjective}-${noun}",
    "sizes": [$number, $other, $number],
    "schedule": {"warmup": $other, "decay": $small, "floor": 1e-6},
    "log_dir": os.path.join("runs", "${adjective}", "${noun}"),
}
""",
]

_RUN = """
def run_${adjective}_${noun}(epochs=$number):
    config = dict(learning_rate=$small, batch_size=$other, hidden=$number, dataset="${dataset}")
    run = wandb.init(project="${dataset}", name="${adjective}-${noun}", config=config, tags=["${noun}"])
    rate = wandb.config.learning_rate
    model = ${Noun}Net(wandb.config.hidden)
    wandb.watch(model)
    optimizer = torch.optim.AdamW(model.parameters(), lr=rate)
    loader = make_loader("${dataset}", config["batch_size"])
    for epoch in range(epochs):
        ${metric} = sum(step(model, batch, optimizer) for batch in loader)
        run.log({"${metric}": ${metric}, "epoch": epoch})
    wandb.log({"final/${metric}": ${metric}})
    wandb.run.summary["${other_metric}"] = ${metric}
    wandb.finish()
"""

_TRACKED = [
    """
def train_${noun}(model, loader, optimizer, epoch):
    model.train()
    total = 0.0
    for step, (inputs, labels) in enumerate(loader):
        optimizer.zero_grad()
        loss = F.cross_entropy(model(inputs), labels)
        loss.backward()
        optimizer.step()
        total += loss.item()
        if step % $number == 0:
            wandb.log({"train/${metric}": loss.item(), "train/lr": optimizer.param_groups[0]["lr"]})
    wandb.log({"${noun}/${metric}": total / len(loader), "epoch": epoch}, step=epoch)
    return total / len(loader)
""",
    """
def evaluate_${noun}(model, loader, run: wandb.Run):
    model.eval()
    hits, seen, pictures = 0, 0, []
    with torch.no_grad():
        for inputs, labels in loader:
            guess = model(inputs).argmax(dim=1)
            hits += (guess == labels).sum().item()
            seen += len(labels)
            pictures.append(inputs[0].cpu().numpy())
    run.log({"val/${metric}": hits / max(seen, 1), "val/${other_metric}": $small})
    run.log({"${noun}s": wandb.Image(pictures[0], caption="${adjective} ${noun}")})
    run.summary["best_${metric}"] = hits / max(seen, 1)
    return hits / max(seen, 1)
""",
    """
def save_${noun}(model, folder="checkpoints"):
    path = os.path.join(folder, "${adjective}_${noun}.pt")
    torch.save(model.state_dict(), path)
    artifact = wandb.Artifact("${adjective}-${noun}", type="model", metadata={"channels": $number})
    artifact.add_file(path)
    wandb.log_artifact(artifact)
    return path
""",
    _RUN,
]

_HEAD = Template('''"""${Adjective} ${noun}s for the ${dataset} data."""

import logging
import os

import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F
${extra}
logger = logging.getLogger(__name__)
''')


def plain_module(choose: random.Random, size: float) -> str:
    """A module of about `size` bytes without a tracker in it."""
    return _fill(choose, size, _PLAIN, extra="")


def tracked_script(choose: random.Random, size: float) -> str:
    """A training script of about `size` bytes that logs to W&B.

    One piece in five does so, which gives 4 sites per 1,000 bytes (wandb/examples has 3); one
    script in five imports it under another name.
    """
    text = _fill(choose, size, _PLAIN * 4 + _TRACKED, extra="\nimport wandb\n", first=[_RUN])
    if choose.random() < 0.2:
        text = text.replace("wandb.", "wb.").replace("import wandb", "import wandb as wb")
    return text


def _fill(
    choose: random.Random, size: float, pieces: list[str], extra: str, first: list[str] | None = None
) -> str:
    parts = [_HEAD.substitute(_words(choose), extra=extra)]
    length = len(parts[0])
    pool = first or pieces
    while length < size or len(parts) == 1:
        parts.append(Template(choose.choice(pool)).substitute(_words(choose)))
        length += len(parts[-1]) + 1
        pool = pieces
    return "\n".join(parts)


def _words(choose: random.Random) -> dict[str, str]:
    """One name or number for every placeholder; a number at the end keeps names apart."""
    noun = f"{choose.choice(_NOUNS)}_{choose.randrange(1_000)}"
    verb, adjective = choose.choice(_VERBS), choose.choice(_ADJECTIVES)
    return {
        "noun": noun,
        "Noun": noun.title().replace("_", ""),
        "NOUN": noun.upper(),
        "verb": verb,
        "Verb": verb.title(),
        "adjective": adjective,
        "Adjective": adjective.title(),
        "ADJECTIVE": adjective.upper(),
        "metric": choose.choice(_METRICS),
        "other_metric": choose.choice(_METRICS),
        "dataset": choose.choice(_DATASETS),
        "number": str(choose.randrange(2, 512)),
        "other": str(choose.randrange(2, 64)),
        "small": f"{choose.random():.4f}",
    }
