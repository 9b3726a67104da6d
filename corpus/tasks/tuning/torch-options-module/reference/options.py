import argparse


def get_options(argv=None):
    parser = argparse.ArgumentParser("denoising classifier")
    model = parser.add_argument_group("model")
    model.add_argument("--embed-dim", type=int, default=32)
    model.add_argument("--num-heads", type=int, default=2, choices=[1, 2, 4])
    model.add_argument("--dropout", type=float, default=0.1)
    optim = parser.add_argument_group("optimisation")
    optim.add_argument("--lr", type=float, default=1e-3)
    optim.add_argument("--batch-size", type=int, default=32)
    optim.add_argument("--num-epochs", type=int, default=4)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--save-path", default="model.pt")
    parser.add_argument("--trials", type=int, default=0, help="tune with this many Optuna trials")
    return parser.parse_args(argv)
