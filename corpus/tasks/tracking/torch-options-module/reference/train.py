import torch
import torch.nn.functional as F
import wandb

from meters import AverageMeter
from network import build
from options import BaseOptions


def get_data(seed, count):
    g = torch.Generator().manual_seed(seed)
    centres = torch.randn(3, 10, generator=torch.Generator().manual_seed(99))
    labels = torch.randint(0, 3, (count,), generator=g)
    return centres[labels] + 1.1 * torch.randn(count, 10, generator=g), labels


def run_epoch(model, data, opt, optimizer=None):
    losses, top1 = AverageMeter(), AverageMeter()
    model.train(optimizer is not None)
    x, y = data
    for begin in range(0, len(x), opt.bs):
        inputs, targets = x[begin:begin + opt.bs], y[begin:begin + opt.bs]
        if optimizer is not None and not opt.no_augment:
            inputs = inputs + 0.1 * torch.randn_like(inputs)
        out = model(inputs)
        loss = F.cross_entropy(out, targets)
        if optimizer is not None:
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        losses.update(loss.item(), len(inputs))
        top1.update((out.argmax(1) == targets).float().mean().item(), len(inputs))
    return losses.avg, top1.avg


def main():
    opt = BaseOptions().parse()
    wandb.init(project="options", config=vars(opt))
    torch.manual_seed(1234)
    model = build(opt.widths)
    optimizer = torch.optim.SGD(model.parameters(), lr=opt.lr)
    train_data, val_data = get_data(1, 600), get_data(2, 300)

    best_acc = 0
    for epoch in range(opt.niter):
        train_loss, train_acc = run_epoch(model, train_data, opt, optimizer)
        with torch.no_grad():
            val_loss, val_acc = run_epoch(model, val_data, opt)
        print("epoch", epoch, "train loss", round(train_loss, 4), "train acc", round(train_acc, 4),
              "val loss", round(val_loss, 4), "val acc", round(val_acc, 4))
        wandb.log({"train_loss": train_loss, "train_acc": train_acc, "val_loss": val_loss, "val_acc": val_acc})
        if val_acc > best_acc:
            best_acc = val_acc
            torch.save({"epoch": epoch, "state": model.state_dict()}, opt.name + "_best.pth")

    print("best accuracy:", round(best_acc, 4))
    wandb.log({"best_accuracy": best_acc})
    wandb.save(opt.name + "_best.pth")
    wandb.finish()


if __name__ == "__main__":
    main()
