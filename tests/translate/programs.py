"""Scripts that use a library, made from a small grammar: the same ones for the same random numbers."""

from __future__ import annotations

import textwrap
from random import Random

# `W.` is how the program spells the library, `LIB` is its name, a tab is one level of indentation.
IMPORTS = {
    "import LIB": "LIB.",
    "import LIB as tracker": "tracker.",
    "import os, LIB": "LIB.",
    "import LIB; import sys": "LIB.",
    "import LIB  # noqa: F401": "LIB.",
    "try:\n\timport LIB\nexcept ImportError:\n\tLIB = None": "LIB.",
    "from LIB import NAMES": "",
    "from LIB import (\n\tNAMES,\n)": "",
}
NAMES = {
    "wandb": "init, log, config, run, finish, Artifact, Image, Table, sweep, summary, watch, Api, plot,"
    " log_artifact",
    "mlflow": "start_run, log_metric, log_metrics, log_param, log_params, end_run, set_experiment, set_tag,"
    " log_artifact, active_run, log_text, log_figure, log_dict, autolog, MlflowClient, search_runs,"
    " set_tags, log_table",
}
STARTS = {
    "wandb": [
        'W.init(project="digits")',
        'run = W.init(project="digits", config={"lr": 0.1, "epochs": 3})',
        'run = W.init(\n\tproject="digits",\n\tname=f"run-{value}",  # with a name\n\tconfig=settings,\n)',
        'run = W.init(project="digits", config=dict(lr=0.1), tags=["a", "b"], mode="offline")',
        'run = W.init(entity="team", notes="""two\nlines""")',
        "run = W.init(**settings)",
    ],
    "mlflow": [
        "W.start_run()",
        'run = W.start_run(run_name="first")',
        'W.set_experiment("digits"); run = W.start_run()',
        'run = W.start_run(\n\trun_name=f"run-{value}",  # with a name\n\tnested=True,\n)',
        "run = W.start_run(**settings)",
    ],
}
LINES = {
    "wandb": [
        'W.log({"loss": value})',
        'W.log({"loss": value, "accuracy": 1 - value}, step=step)',
        'W.log(\n\t{\n\t\t"loss": value,  # the loss\n\t\t"picture": W.Image(value),\n\t}\n)',
        'W.log({"loss": value}); count += 1',
        'W.log({f"layer/{step}": value for step in range(3)})',
        "W.log(settings, commit=False)",
        "W.log(settings | {'loss': value})",
        'run.log({"loss": value})',
        'run.log({"loss": value})  # adapter: ignore[kept for now]',
        'run.summary["best"] = value',
        'W.summary["best"] = value',
        "value = W.config.lr * 2",
        'print(W.config["lr"], "wandb")',
        "config = W.config",
        "W.config.update({'lr': value})",
        "rate: float = W.config.lr",
        "print(run.id, run.name, W.run.id)",
        "W.watch(model)",
        'artifact = W.Artifact("data", "dataset")\nartifact.add_file("data.csv")\nW.log_artifact(artifact)',
        'table = W.Table(columns=["a", "b"])\ntable.add_data(1, 2)\nW.log({"table": table})',
        'image = W.Image(value, caption="one")\nW.log({"image": image})',
        'sweep = W.sweep({}, project="digits")',
        'for stored in W.Api().runs("digits"): print(stored.name)',
        'W.log({"chart": W.plot.line(value, "a", "b")})',
        "W.log({'loss': value}) if value else None",
        "results = [W.log({'loss': each}) for each in range(3)]",
        "track = lambda loss: W.log({'loss': loss})",
        "assert W.run is not None",
        "W.finish()",
        "run.finish(exit_code=1)",
        "unknown.log({'loss': value})",
        "if W.run: W.log({'loss': value})",
    ],
    "mlflow": [
        'W.log_metric("loss", value)',
        'W.log_metric("loss", value, step=step)',
        'W.log_metrics({"loss": value, "accuracy": 1 - value}, step)',
        'W.log_metrics(\n\t{\n\t\t"loss": value,  # the loss\n\t},\n\tstep=step,\n)',
        'W.log_metric("loss", value); count += 1',
        "W.log_metrics(settings)",
        'W.log_param("lr", value)',
        "W.log_params({'lr': value, **settings})",
        'W.log_param("lr", value)  # adapter: ignore[kept for now]',
        'W.set_tag("stage", "test")',
        "W.set_tags(settings)",
        'W.log_artifact("data.csv")',
        'W.log_artifact(\n\t"data.csv",\n\tartifact_path="data",\n)',
        'W.log_text("mlflow", "note.txt")',
        'W.log_dict(settings, "settings.json")',
        'W.log_figure(figure, "figure.png")',
        "print(run.info.run_id, W.active_run().info.run_id)",
        "value = run.info.run_id",
        "W.autolog()",
        "client = W.MlflowClient()\nclient.log_metric(run.info.run_id, 'loss', value)",
        "for stored in W.search_runs(): print(stored)",
        "W.log_metric('loss', value) if value else None",
        "results = [W.log_metric('loss', each) for each in range(3)]",
        "track = lambda loss: W.log_metric('loss', loss)",
        "W.end_run()",
        "unknown.log_artifact('data.csv')",
        "if W.active_run(): W.log_metric('loss', value)",
    ],
}
WITH = {"wandb": 'with W.init(project="digits") as run:', "mlflow": 'with W.start_run(run_name="a") as run:'}
CLASS = {
    "wandb": 'class Trainer:\n\tdef __init__(self):\n\t\tself.run = W.init(project="digits")\n\n'
    '\tdef step(self, value):\n\t\tself.run.log({"loss": value})\n\n\tdef stop(self):\n\t\tself.run.finish()',
    "mlflow": "class Trainer:\n\tdef __init__(self):\n\t\tself.run = W.start_run()\n\n"
    '\tdef step(self, value):\n\t\tW.log_metric("loss", value)\n\n'
    "\tdef stop(self):\n\t\tprint(self.run.info.run_id)",
}
PLAIN = [
    "count = 0",
    "# LIB is spoken of here",
    "settings = {'lr': 0.1}",
    "print('LIB.log')",
    "value = compute(\n\tcount,\n)  # é",
    "",
    "text = '''\n  LIB.log({})\n'''",
]
BLOCKS = [
    "for step in range(3):",
    "for step, value in enumerate(values):",
    "if value > 1:",
    "while count < 3:",
    "def train(value):",
    "def train(value, LIB):",
    "async def train(value):",
    "with open('log.txt') as file:",
    "try:",
]
HEADS = [
    "",
    "#!/usr/bin/env python\n",
    '"""Trains with LIB."""\n',
    "from __future__ import annotations\n",
    "# one\n",
]


def program(random: Random, library: str) -> str:
    """A script that uses the library, made from a small grammar."""
    statement, prefix = random.choice(list(IMPORTS.items()))
    parts = [random.choice(HEADS), statement.replace("NAMES", NAMES[library]) + "\n"]
    parts += [random.choice(["import numpy as np\n", "\n", ""]), random.choice(["\n", "\n\n", ""])]
    if random.random() < 0.7:
        parts.append(random.choice(STARTS[library]) + "\n")
    parts += block(random, library, depth=0)
    text = "".join(parts).replace("W.", prefix).replace("LIB", library)
    text = text.replace("\t", random.choice(["    ", "  ", "\t"]))
    if random.random() < 0.3:
        text = text.replace("\n", "\r\n")
    return text if random.random() < 0.9 else text.rstrip()


def block(random: Random, library: str, depth: int) -> list[str]:
    """Some statements, nested up to three deep."""
    parts: list[str] = []
    for _ in range(random.randint(1, 4)):
        kind = random.random()
        if kind < 0.55 or depth > 2:
            parts.append(random.choice(LINES[library]))
        elif kind < 0.7:
            parts.append(random.choice(PLAIN))
        elif kind < 0.75:
            parts.append(CLASS[library])
        else:
            head = random.choice([*BLOCKS, WITH[library], WITH[library]])
            body = "".join(block(random, library, depth + 1)) + random.choice(["", "pass\n", "\n"])
            body = body if any(is_code(line) for line in body.splitlines()) else body + "pass\n"
            tail = "\nfinally:\n\tprint(value)" if head == "try:" else ""
            parts.append(f"{head}\n{textwrap.indent(body, chr(9))}{tail}".replace("\n\n", "\n"))
    return [part + "\n" for part in parts]


def is_code(line: str) -> bool:
    """Whether a line is more than a comment."""
    return bool(line.strip()) and not line.strip().startswith("#")
