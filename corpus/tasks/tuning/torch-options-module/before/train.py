import torch
import torch.nn.functional as F

from data import make_loaders
from model import Classifier
from options import get_options


def validate(model, loader):
    model.eval()
    loss = correct = count = 0
    with torch.no_grad():
        for tokens, labels in loader:
            logits = model(tokens)
            loss += F.cross_entropy(logits, labels, reduction="sum").item()
            correct += (logits.argmax(1) == labels).sum().item()
            count += len(labels)
    return {"loss": loss / count, "acc": correct / count}


def main(opts):
    torch.manual_seed(opts.seed)
    train_loader, valid_loader = make_loaders(opts)
    model = Classifier(opts)
    optimizer = torch.optim.Adam(model.parameters(), lr=opts.lr)

    step = 0
    for epoch in range(opts.num_epochs):
        model.train()
        for tokens, labels in train_loader:
            loss = F.cross_entropy(model(tokens), labels)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            step += 1
            if step % 10 == 0:
                print(f"step {step} loss {loss.item():.4f}")
        metrics = validate(model, valid_loader)
        print(f"epoch {epoch} valid loss {metrics['loss']:.4f} valid acc {metrics['acc']:.4f}")
    torch.save(model.state_dict(), opts.save_path)


if __name__ == "__main__":
    main(get_options())
