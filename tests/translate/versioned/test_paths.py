"""What paths lead to: data, code, both, or nobody knows."""

from pathlib import Path

import pytest

from adapter.graph.catalogs import catalog_of
from adapter.graph.store import packaged_atlas
from adapter.names.uses import Names
from adapter.source.text import read_source
from adapter.translate.versioned.files import Kind, file_kinds
from adapter.translate.versioned.nodes import arguments
from adapter.translate.versioned.paths import PathReader

DATA, CODE, MIXED, UNKNOWN = Kind.DATA, Kind.CODE, Kind.MIXED, Kind.UNKNOWN


def kind_of(text: str, *globs: str) -> Kind:
    """The kind of what the call `ask(...)` in a script is given."""
    source = read_source(Path("script.py"), text.encode())
    reader = PathReader(Names(source, catalog_of(packaged_atlas().library("git"))), file_kinds(globs))
    (call,) = reader.index.calls_by_name["ask"]
    return reader.kind(arguments(call)[0])


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ('ask("rows.csv")', DATA),
        ('ask("rows.csv.gz")', DATA),
        ('ask("train.py")', CODE),
        ('ask("data/train.py")', CODE),
        ('ask("data/settings.json")', DATA),
        ('ask("settings.json")', UNKNOWN),
        ('ask("data.json")', DATA),
        ('ask("rows.csv.dvc")', CODE),
        ('ask(["a.csv", "b.pkl"])', DATA),
        ('ask(["a.csv", "b.py"])', MIXED),
        ('ask(f"{name}.parquet")', DATA),
        ('ask("%s_%d.npy" % (name, 3))', DATA),
        ('ask("{}.csv".format(name))', DATA),
        ('ask(name + ".csv")', DATA),
        ('ask(os.path.join("models", name))', DATA),
        ('ask(Path("src") / name)', CODE),
        ('ask(str(Path("out").joinpath(name).with_suffix(".npz")))', DATA),
        ('FOLDER = "datasets"\nask(os.path.join(FOLDER, name))', DATA),
        ('path = "a.csv" if big else "b.csv"\nask(path)', DATA),
        ('path = "a.csv"\nif big:\n    path = "a.py"\nask(path)', MIXED),
        ('ask(glob.glob("*.csv"))', DATA),
        ('for path in Path("out").glob("*.pt"):\n    ask(path)', DATA),
        ('for path in os.listdir("data"):\n    ask(path)', UNKNOWN),
        ('for path in glob.glob("data/*"):\n    ask(path)', UNKNOWN),
        ('for path in glob.glob("data/*"):\n    if path.endswith(".csv"):\n        ask(path)', DATA),
        ('for path in changed():\n    if path == "data/a.csv":\n        ask(path)', DATA),
        ("def f(csv_file_path):\n    ask(csv_file_path)", DATA),
        ('files = []\nfiles.append("a.csv")\nfiles += ["b.csv"]\nask(files)', DATA),
        ('a, b = "x.csv", "y.py"\nask(b)', CODE),
        ('class A:\n    path = "x.csv"\n    def f(self):\n        ask(self.path)', DATA),
        ('def f(path):\n    ask(path)\n\nf("x.csv")\nf("y.csv")', DATA),
        ('def f(path):\n    ask(path)\n\nf("x.csv")\nf("y.py")', MIXED),
        ("def f(path):\n    ask(path)", UNKNOWN),
        ('def f(*, path="x.csv"):\n    ask(path)\n\nf()', DATA),
        ("def f(data_path):\n    ask(data_path)", DATA),
        ('def name():\n    return "x.csv"\n\nask(name())', DATA),
        ("def f(frame, target):\n    frame.to_csv(target)\n    ask(target)", DATA),
        (
            'def f(target):\n    with open(target, "wb") as file:\n        file.write(b"")\n    ask(target)',
            DATA,
        ),
        ('def f(target):\n    open(target, "w").write("")\n    ask(target)', UNKNOWN),
        ('def f(target):\n    shutil.copy("x.csv", target)\n    ask(target)', DATA),
        ("def f(model, target):\n    torch.save(model, target)\n    ask(target)", DATA),
    ],
)
def test_a_path_is_told_by_its_spelling_and_its_writers(text: str, kind: Kind) -> None:
    assert kind_of(text) is kind


@pytest.mark.parametrize(
    ("test", "kinds"),
    [
        ("os.path.getsize(path) > LIMIT", (DATA, CODE)),
        ("LIMIT <= path.stat().st_size", (DATA, CODE)),
        ("os.path.getsize(path) < LIMIT", (CODE, DATA)),
        ('path.suffix in {".csv", ".npy"}', (DATA, CODE)),
        ('path.suffix not in [".csv"]', (CODE, DATA)),
        ('path.suffix == ".py"', (CODE, UNKNOWN)),
        ('path.endswith((".pkl", ".pt"))', (DATA, CODE)),
        ('not path.endswith(".pkl")', (CODE, DATA)),
        ('path.suffix == ".csv" or path.stat().st_size > LIMIT', (DATA, CODE)),
        ("is_large(path)", (DATA, CODE)),
        ("other.stat().st_size > LIMIT", (UNKNOWN, UNKNOWN)),
        ("path.exists()", (UNKNOWN, UNKNOWN)),
    ],
)
def test_a_test_at_run_time_tells_the_branches_apart(test: str, kinds: tuple[Kind, Kind]) -> None:
    script = """
def is_large(path):
    return path.stat().st_size > 100


def f(path, other):
    if {test}:
        {first}
    else:
        {second}
"""
    assert kind_of(script.format(test=test, first="ask(path)", second="pass")) is kinds[0]
    assert kind_of(script.format(test=test, first="pass", second="ask(path)")) is kinds[1]


def test_a_pattern_makes_paths_data() -> None:
    assert kind_of('ask("out/a.json")', "out/*.json") is DATA
    assert kind_of('ask("out/deep/a.json")', "out") is DATA
    assert kind_of('ask("other/a.json")', "out/*.json") is UNKNOWN
    assert kind_of("def f(path):\n    ask(path)", "out/*.json") is UNKNOWN
