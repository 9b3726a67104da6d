import wandb as wb


class Trainer:
    def __init__(self, settings):
        self.run = wb.init(project="digits", config=settings, name="trainer")
        self.weight = 4.0

    def step(self):
        self.weight = self.weight / 2
        return self.weight

    def fit(self):
        for epoch in range(self.run.config.epochs):
            loss = self.step()
            self.run.log({"train/loss": loss}, commit=False)
            self.run.log({"train/weight": self.weight, "epoch": epoch})
            print(f"epoch {epoch}: {loss}")
        self.run.summary["best"] = self.weight


trainer = Trainer({"epochs": 4, "rate": 0.5})
trainer.fit()
wb.finish()
