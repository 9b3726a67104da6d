"""A small catalog of W&B's names, and short forms of the answers about a snippet."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent

from adapter.names.catalog import LibraryCatalog
from adapter.names.uses import Names, Use
from adapter.plan import SiteKind
from adapter.source.text import Source, read_source

WANDB = LibraryCatalog(
    root="wandb",
    foreign={
        "lightning.pytorch.loggers.WandbLogger": "lightning.pytorch.loggers.WandbLogger",
        "pytorch_lightning.loggers.WandbLogger": "lightning.pytorch.loggers.WandbLogger",
    },
    makers={
        "wandb.init()": "wandb.Run",
        "wandb.run": "wandb.Run",
        "wandb.config": "wandb.Config",
        "wandb.Run.config": "wandb.Config",
        "wandb.summary": "wandb.Summary",
        "wandb.Run.summary": "wandb.Summary",
        "wandb.Artifact()": "wandb.Artifact",
        "wandb.Run.use_artifact()": "wandb.Artifact",
        "wandb.Api()": "wandb.Api",
        "wandb.Api.runs()[]": "wandb.PublicRun",
        "wandb.Api.frame()": "",
        "lightning.pytorch.loggers.WandbLogger()": "lightning.pytorch.loggers.WandbLogger",
        "lightning.pytorch.loggers.WandbLogger.experiment": "wandb.Run",
    },
    aliases={"wandb.sdk.wandb_run.Run": "wandb.Run", "wandb.join": "wandb.finish"},
    methods=frozenset({"log", "log_artifact", "finish"}),
    exports=frozenset({"init", "log", "config", "run", "Artifact"}),
    keyword_values={"report_to": frozenset({"wandb"})},
    environment_prefixes=("WANDB_",),
)


def source(text: str, path: str = "train.py") -> Source:
    return read_source(Path(path), dedent(text).lstrip("\n").encode())


def names(text: str) -> Names:
    return Names(source(text), WANDB)


def short(use: Use, of: Source) -> str:
    """A use as "line kind api"."""
    return f"{of.position(use.node.start_byte)[0]} {use.kind} {use.api}"


def sites(text: str) -> list[str]:
    """The sites of a snippet without its imports, as "line kind api"."""
    asked = names(text)
    return [short(use, asked.source) for use in asked.uses() if use.kind is not SiteKind.IMPORT]


def imports(text: str) -> list[str]:
    """The import sites of a snippet."""
    asked = names(text)
    return [short(use, asked.source) for use in asked.uses() if use.kind is SiteKind.IMPORT]


def unknown(text: str) -> list[str]:
    """The calls on unknown receivers in a snippet, as "line api"."""
    asked = names(text)
    return [f"{asked.source.position(use.node.start_byte)[0]} {use.api}" for use in asked.unknown_receivers()]


def spelled(text: str, api: str) -> list[tuple[str, str | None]]:
    """What the nodes and receivers of the sites of an API spell."""
    asked = names(text)
    return [
        (
            asked.source.node_text(use.node),
            None if use.receiver is None else asked.source.node_text(use.receiver),
        )
        for use in asked.uses()
        if use.api == api
    ]
