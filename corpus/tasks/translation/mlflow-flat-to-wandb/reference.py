import wandb

with wandb.init(project="growth", name="flat"):
    wandb.config.update({"rate": 0.25})
    wandb.config.update({"years": 5, "start": 8.0})
    size = 8.0
    for year in range(5):
        size = size * 1.25
        wandb.log({"size": size}, step=year)
        wandb.log({"growth/absolute": size - size / 1.25}, step=year)
    print(f"size after five years: {size}")
