# Matrix factorisation of a synthetic rating table
import torch
from torch import nn
from tqdm import tqdm
import wandb

torch.manual_seed(5)

n_users, n_items, rank = 60, 40, 4
epochs = 12
batch_size = 128
learning_rate = 0.05
weight_decay = 1e-5

wandb.init(project="factorisation", config={
    "n_users": n_users, "n_items": n_items, "rank": rank, "epochs": epochs, "batch_size": batch_size,
    "learning_rate": learning_rate, "weight_decay": weight_decay,
})

true_users, true_items = torch.randn(n_users, rank), torch.randn(n_items, rank)
pairs = torch.cartesian_prod(torch.arange(n_users), torch.arange(n_items))
pairs = pairs[torch.randperm(len(pairs))]
ratings = (true_users[pairs[:, 0]] * true_items[pairs[:, 1]]).sum(1) + 0.1 * torch.randn(len(pairs))
train_pairs, train_ratings = pairs[:1800], ratings[:1800]
val_pairs, val_ratings = pairs[1800:], ratings[1800:]


class Factors(nn.Module):
    def __init__(self):
        super().__init__()
        self.users = nn.Embedding(n_users, rank)
        self.items = nn.Embedding(n_items, rank)

    def forward(self, pairs):
        return (self.users(pairs[:, 0]) * self.items(pairs[:, 1])).sum(1)


model = Factors()
opt = torch.optim.Adam(model.parameters(), lr=learning_rate, weight_decay=weight_decay)

pbar = tqdm(range(epochs), desc="factorising")
for epoch in pbar:
    order = torch.randperm(len(train_pairs))
    epoch_loss = 0.0
    for start in range(0, len(order), batch_size):
        chosen = order[start:start + batch_size]
        loss = ((model(train_pairs[chosen]) - train_ratings[chosen]) ** 2).mean()
        opt.zero_grad()
        loss.backward()
        opt.step()
        epoch_loss += loss.item() * len(chosen)
    epoch_loss /= len(order)
    with torch.no_grad():
        val_mae = (model(val_pairs) - val_ratings).abs().mean().item()
    pbar.set_postfix(train_loss=f"{epoch_loss:.4f}", val_mae=f"{val_mae:.4f}")
    wandb.log({"train_loss": epoch_loss, "val_mae": val_mae})

print("Final validation MAE: %.3f" % val_mae)
wandb.log({"final_val_mae": val_mae})
wandb.finish()
