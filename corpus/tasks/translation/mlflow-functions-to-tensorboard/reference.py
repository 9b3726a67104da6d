import itertools

from torch.utils.tensorboard import SummaryWriter

writer = None

calls = itertools.count()


def report(loss, accuracy):
    step = next(calls)
    writer.add_scalar("loss", loss, step)
    writer.add_scalar("accuracy", accuracy, step)


def train(epochs):
    loss = 2.0
    for _ in range(epochs):
        loss = loss * 0.5
        report(loss, 1 - loss)
    return loss


def main():
    global writer
    writer = SummaryWriter()
    writer.add_hparams({"epochs": 4, "rate": 0.5}, {}, run_name=".")
    loss = train(4)
    writer.add_scalar("final", loss, 4)
    print(f"final loss: {loss}")
    writer.close()


if __name__ == "__main__":
    main()
