import copy

import nncf
import numpy as np
import torch
import torch.nn as nn
import torch.optim as optim
from torch.optim import lr_scheduler
from torch.utils.data import DataLoader, Dataset


class HouseDataset(Dataset):
    def __init__(self, count, seed):
        generator = np.random.default_rng(seed)
        self.numbers = generator.normal(size=(count, 6)).astype('float32')
        self.district = generator.integers(0, 8, count)
        price = self.numbers @ np.array([1.0, -2.0, 0.5, 0.0, 1.5, 0.3]) + 2 * (self.district % 3)
        self.expensive = (price > 2).astype('int64')

    def __len__(self):
        return len(self.expensive)

    def __getitem__(self, index):
        return self.numbers[index], self.district[index], self.expensive[index]


class HouseNet(nn.Module):
    def __init__(self):
        super(HouseNet, self).__init__()
        self.places = nn.Embedding(8, 4)
        self.fc1 = nn.Linear(6 + 4, 32)
        self.fc2 = nn.Linear(32, 32)
        self.fc3 = nn.Linear(32, 2)

    def forward(self, numbers, district):
        x = torch.cat([numbers, self.places(district)], dim=1)
        x = torch.relu(self.fc1(x))
        x = torch.relu(self.fc2(x))
        return self.fc3(x)


torch.manual_seed(21)
device = torch.device('cuda:0' if torch.cuda.is_available() else 'cpu')
datasets = {'train': HouseDataset(800, 1), 'val': HouseDataset(300, 2)}
dataloaders = {x: DataLoader(datasets[x], batch_size=40, shuffle=x == 'train') for x in ['train', 'val']}
dataset_sizes = {x: len(datasets[x]) for x in ['train', 'val']}


def train_model(model, criterion, optimizer, scheduler, num_epochs=25):
    best_weights = copy.deepcopy(model.state_dict())
    best_acc = 0.0

    for epoch in range(num_epochs):
        print('Epoch {}/{}'.format(epoch, num_epochs - 1))
        for phase in ['train', 'val']:
            if phase == 'train':
                model.train()
            else:
                model.eval()

            running_loss = 0.0
            running_corrects = 0
            for numbers, district, labels in dataloaders[phase]:
                numbers, district = numbers.to(device), district.to(device)
                labels = labels.to(device)
                optimizer.zero_grad()
                with torch.set_grad_enabled(phase == 'train'):
                    outputs = model(numbers, district)
                    _, preds = torch.max(outputs, 1)
                    loss = criterion(outputs, labels)
                    if phase == 'train':
                        loss.backward()
                        optimizer.step()
                running_loss += loss.item() * len(labels)
                running_corrects += torch.sum(preds == labels.data).item()
            if phase == 'train':
                scheduler.step()

            epoch_loss = running_loss / dataset_sizes[phase]
            epoch_acc = running_corrects / dataset_sizes[phase]
            print('{} Loss: {:.4f} Acc: {:.4f}'.format(phase, epoch_loss, epoch_acc))
            if phase == 'val' and epoch_acc > best_acc:
                best_acc = epoch_acc
                best_weights = copy.deepcopy(model.state_dict())

    print('Best val Acc: {:4f}'.format(best_acc))
    model.load_state_dict(best_weights)
    return model


house_net = HouseNet().to(device)
optimizer = optim.Adam(house_net.parameters(), lr=0.01)
scheduler = lr_scheduler.StepLR(optimizer, step_size=3, gamma=0.5)
house_net = train_model(house_net, nn.CrossEntropyLoss(), optimizer, scheduler, num_epochs=5)
torch.save(house_net, 'houses.pt')

house_net.eval()
calibration = nncf.Dataset(dataloaders['train'], lambda batch: (batch[0].to(device), batch[1].to(device)))
quantized = nncf.quantize(house_net, calibration)
torch.save(
    {'state_dict': quantized.state_dict(), 'nncf_config': nncf.torch.get_config(quantized)}, 'houses_int8.pt'
)
