from torch.utils.tensorboard import SummaryWriter

BATCHES = 3


def train(writer, epoch, weight):
    for batch in range(BATCHES):
        weight = weight * 0.75
        writer.add_scalar("batch/loss", weight, epoch * BATCHES + batch)
    return weight


def validate(writer: SummaryWriter, epoch, weight):
    writer.add_scalars("epoch", {"loss": weight, "accuracy": 1 - weight / 8}, global_step=epoch)


def main():
    writer = SummaryWriter()
    writer.add_hparams({"batches": BATCHES, "rate": 0.75}, {}, run_name=".")
    weight = 8.0
    for epoch in range(2):
        weight = train(writer, epoch, weight)
        validate(writer, epoch, weight)
        print(f"epoch {epoch}: {weight}")
    writer.close()


if __name__ == "__main__":
    main()
