import argparse


class BaseOptions:
    def __init__(self):
        self.parser = argparse.ArgumentParser(formatter_class=argparse.ArgumentDefaultsHelpFormatter)

    def initialize(self):
        self.parser.add_argument("--name", type=str, default="baseline", help="name of the experiment")
        self.parser.add_argument("--niter", type=int, default=5, help="# of epochs")
        self.parser.add_argument("--lr", type=float, default=0.1, help="initial learning rate for sgd")
        self.parser.add_argument("--bs", type=int, default=32, help="input batch size")
        self.parser.add_argument("--no_augment", action="store_true", help="train on clean data")
        self.parser.add_argument("--widths", type=int, nargs="+", default=[32, 16], help="hidden layers")

    def parse(self):
        self.initialize()
        return self.parser.parse_args()
