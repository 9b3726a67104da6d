'''Train digits with PyTorch.'''
import argparse
import os

import optuna
import torch
import torch.backends.cudnn as cudnn
import torch.nn as nn
import torch.nn.functional as F
import torch.optim as optim
from sklearn.datasets import load_digits

parser = argparse.ArgumentParser(description='PyTorch digits training')
parser.add_argument('--lr', default=0.1, type=float, help='learning rate')
parser.add_argument('--wd', default=5e-4, type=float, help='weight decay')
parser.add_argument('--bs', default=128, type=int, help='batch size')
parser.add_argument('--net', default='mlp', choices=['mlp', 'conv'])
parser.add_argument('--resume', '-r', action='store_true',
                    help='resume from checkpoint')
parser.add_argument('--trials', default=0, type=int, help='number of Optuna trials')
args = parser.parse_args()

device = 'cuda' if torch.cuda.is_available() else 'cpu'

class MLP(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc1 = nn.Linear(64, 48)
        self.fc2 = nn.Linear(48, 10)

    def forward(self, x):
        return self.fc2(F.relu(self.fc1(x.flatten(1))))


class Conv(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(1, 6, 3)
        self.fc = nn.Linear(54, 10)

    def forward(self, x):
        return self.fc(F.max_pool2d(F.relu(self.conv(x)), 2).flatten(1))


# Training
def train(epoch):
    print('\nEpoch: %d' % epoch)
    net.train()
    train_loss = 0
    correct = 0
    total = 0
    for batch_idx, (inputs, targets) in enumerate(trainloader):
        inputs, targets = inputs.to(device), targets.to(device)
        optimizer.zero_grad()
        outputs = net(inputs)
        loss = criterion(outputs, targets)
        loss.backward()
        optimizer.step()

        train_loss += loss.item()
        _, predicted = outputs.max(1)
        total += targets.size(0)
        correct += predicted.eq(targets).sum().item()

    print('Train Loss: %.3f | Acc: %.3f%% (%d/%d)'
          % (train_loss / (batch_idx + 1), 100. * correct / total, correct, total))


def test(epoch):
    global best_acc
    net.eval()
    test_loss = 0
    correct = 0
    total = 0
    with torch.no_grad():
        for batch_idx, (inputs, targets) in enumerate(testloader):
            inputs, targets = inputs.to(device), targets.to(device)
            outputs = net(inputs)
            loss = criterion(outputs, targets)

            test_loss += loss.item()
            _, predicted = outputs.max(1)
            total += targets.size(0)
            correct += predicted.eq(targets).sum().item()

    print('Test Loss: %.3f | Acc: %.3f%% (%d/%d)'
          % (test_loss / (batch_idx + 1), 100. * correct / total, correct, total))

    # Save checkpoint.
    acc = 100. * correct / total
    if acc > best_acc:
        print('Saving..')
        state = {
            'net': net.state_dict(),
            'acc': acc,
            'epoch': epoch,
        }
        if not os.path.isdir('checkpoint'):
            os.mkdir('checkpoint')
        torch.save(state, './checkpoint/ckpt.pth')
        best_acc = acc
    return acc


def run(trial=None):
    global best_acc, trainloader, testloader, net, criterion, optimizer
    best_acc = 0  # best test accuracy
    start_epoch = 0  # start from epoch 0 or last checkpoint epoch
    torch.manual_seed(0)

    # Data
    print('==> Preparing data..')
    digits = load_digits()
    images = torch.tensor(digits.images, dtype=torch.float32).unsqueeze(1) / 16
    labels = torch.tensor(digits.target)
    trainset = torch.utils.data.TensorDataset(images[:1000], labels[:1000])
    trainloader = torch.utils.data.DataLoader(trainset, batch_size=args.bs, shuffle=True)
    testset = torch.utils.data.TensorDataset(images[1000:1600], labels[1000:1600])
    testloader = torch.utils.data.DataLoader(testset, batch_size=100, shuffle=False)

    # Model
    print('==> Building model..')
    net = MLP() if args.net == 'mlp' else Conv()
    net = net.to(device)
    if device == 'cuda':
        net = torch.nn.DataParallel(net)
        cudnn.benchmark = True

    if args.resume:
        # Load checkpoint.
        print('==> Resuming from checkpoint..')
        assert os.path.isdir('checkpoint'), 'Error: no checkpoint directory found!'
        checkpoint = torch.load('./checkpoint/ckpt.pth')
        net.load_state_dict(checkpoint['net'])
        best_acc = checkpoint['acc']
        start_epoch = checkpoint['epoch']

    criterion = nn.CrossEntropyLoss()
    optimizer = optim.SGD(net.parameters(), lr=args.lr,
                          momentum=0.9, weight_decay=args.wd)
    scheduler = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, T_max=5)

    for epoch in range(start_epoch, start_epoch + 5):
        train(epoch)
        acc = test(epoch)
        scheduler.step()
        if trial is not None:
            trial.report(acc, epoch)
            if trial.should_prune():
                raise optuna.TrialPruned()
    return acc


defaults = argparse.Namespace(**vars(args))


def objective(trial):
    args.lr = trial.suggest_float('lr', defaults.lr / 10, defaults.lr * 10, log=True)
    args.wd = trial.suggest_float('wd', defaults.wd / 10, defaults.wd * 10, log=True)
    args.bs = trial.suggest_categorical('bs', [32, 64, 128, 256])
    args.net = trial.suggest_categorical('net', ['mlp', 'conv'])
    return run(trial)


if args.trials:
    study = optuna.create_study(direction='maximize')
    study.optimize(objective, n_trials=args.trials)
    print('Best accuracy: %.3f%%' % study.best_value)
    print('Best parameters:', study.best_params)
else:
    run()
