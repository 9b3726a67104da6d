import wandb

wandb.init(config={"size": 4, "shrink": 0.5})
area = 64.0
for _ in range(3):
    area = area * 0.5
    wandb.log({"area": area, "side": area / 4})
wandb.log({"checked": area}, step=10)
print(f"area: {area}")
wandb.finish()
