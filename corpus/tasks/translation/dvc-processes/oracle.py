"""A model and its settings, versioned by processes of git."""

from adapter.bench.oracle import Trial, output, versioning


def check(task: Trial) -> None:
    output.keeps_output(task)
    for tag in ("m1", "m2"):
        versioning.kept(task, data=["model.bin"], code=["settings.yaml"], revision=tag)
    versioning.history(task, ["Model 2", "Model 1"])
    versioning.clean(task)
    versioning.cached(task, {"m1": {"model.bin": "\x01" * 8}, "m2": {"model.bin": "\x02" * 8}})
