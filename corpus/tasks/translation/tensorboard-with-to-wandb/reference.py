import wandb

with wandb.init() as writer:
    level = 1.0
    for hour in range(1, 5):
        level = level / 2
        wandb.log({"level": level}, step=hour)
        wandb.log({"lost": 1 - level}, step=hour)
    print(f"level: {level}")
