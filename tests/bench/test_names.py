"""tests/bench: which names and values the oracles take for the same."""

import pytest

from adapter.bench.oracle.names import agrees, find_names, flattened, same_name, same_value


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("train_loss", "Train Loss"),
        ("train/loss", "loss_train"),
        ("val_acc", "validation accuracy"),
        ("D loss", "discriminator/loss"),
        ("lr", "learning_rate"),
        ("LEARNING_RATE", "learningRate"),
        ("num_epochs", "EPOCHS"),
        ("fold_2/loss", "loss fold 2"),
        ("test_f1", "test f1 score"),
    ],
)
def test_spellings_of_one_name(left: str, right: str) -> None:
    assert same_name(left, right)


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("train_loss", "val_loss"),
        ("loss", "train_loss"),
        ("best_accuracy", "accuracy"),
        ("batch_size", "eval_batch_size"),
        ("fold_1/loss", "fold_2/loss"),
        ("d_loss", "g_loss"),
        ("b1", "b2"),
    ],
)
def test_names_of_different_things(left: str, right: str) -> None:
    assert not same_name(left, right)


def test_an_equal_name_comes_first() -> None:
    assert find_names(["val_acc"], ["loss", "accuracy/validation", "val_acc"]) == [
        "val_acc",
        "accuracy/validation",
    ]


@pytest.mark.parametrize(
    ("value", "text", "same"),
    [
        (0.12345, "0.1234", True),
        (0.12345, "0.1235", True),
        (0.1236, "0.1234", False),
        (93.504, "93.5", True),
        (0.93504, "93.5", False),
        (1234567.0, "1.23457e+06", True),
        (4.4444e-05, "4.444e-05", True),
        (0.0, "4.444e-05", False),
        (float("nan"), "nan", True),
        (float("nan"), "0.0", False),
        (7.0, "7", True),
    ],
)
def test_a_value_agrees_to_the_printed_precision(value: float, text: str, same: bool) -> None:
    assert agrees(value, text) is same


def test_a_fraction_agrees_with_a_percentage_when_scaled() -> None:
    assert agrees(0.93504, "93.5", 100.0)


@pytest.mark.parametrize(
    ("recorded", "wanted", "same"),
    [
        ("0.01", 1e-2, True),
        ("0.010000001", 1e-2, True),
        ("0.02", 1e-2, False),
        ("64", 64, True),
        ("64.0", 64, True),
        ("True", True, True),
        ("true", True, True),
        ("1", True, True),
        ("0", True, False),
        ("yes", True, False),
        ("None", None, True),
        ("[32, 16]", [32, 16], True),
        ("(32, 16)", [32, 16], True),
        ("[16, 32]", [32, 16], False),
        ("'best.pt'", "best.pt", True),
        ("best", "best.pt", False),
        ("one", 1, False),
    ],
)
def test_the_text_of_a_parameter(recorded: str, wanted: object, same: bool) -> None:
    assert same_value(recorded, wanted) is same


def test_nested_parameters_are_found_by_path_and_by_last_name() -> None:
    flat = flattened({"model": "{'hidden': 3, 'deep': {'rate': 0.5}}", "train/epochs": "4"})
    assert flat["model.hidden"] == "3"
    assert flat["rate"] == "0.5"
    assert flat["epochs"] == "4"
