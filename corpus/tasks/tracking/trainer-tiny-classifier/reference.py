import mlflow
import numpy as np
import torch
from transformers import (
    DistilBertConfig,
    DistilBertForSequenceClassification,
    Trainer,
    TrainingArguments,
    set_seed,
)

set_seed(31)


class Reviews(torch.utils.data.Dataset):
    def __init__(self, size, seed):
        rng = np.random.default_rng(seed)
        self.labels = rng.integers(0, 2, size)
        self.tokens = rng.integers(5, 50, (size, 12))
        # good reviews begin with small tokens
        self.tokens[self.labels == 1, :3] = rng.integers(5, 15, (self.labels.sum(), 3))

    def __len__(self):
        return len(self.labels)

    def __getitem__(self, i):
        return {"input_ids": torch.tensor(self.tokens[i]), "labels": int(self.labels[i])}


def compute_metrics(prediction):
    logits, labels = prediction
    return {"accuracy": float((logits.argmax(-1) == labels).mean())}


model = DistilBertForSequenceClassification(DistilBertConfig(
    vocab_size=50, dim=24, n_layers=1, n_heads=2, hidden_dim=48, max_position_embeddings=16, num_labels=2,
))

training_args = TrainingArguments(
    output_dir="out",
    num_train_epochs=3,
    per_device_train_batch_size=16,
    per_device_eval_batch_size=64,
    learning_rate=2e-3,
    weight_decay=0.01,
    eval_strategy="epoch",
    save_strategy="no",
    logging_steps=5,
    disable_tqdm=True,
    use_cpu=True,
    report_to="mlflow",
)

trainer = Trainer(
    model=model,
    args=training_args,
    train_dataset=Reviews(240, 1),
    eval_dataset=Reviews(96, 2),
    compute_metrics=compute_metrics,
)
with mlflow.start_run():
    trainer.train()
    metrics = trainer.evaluate(Reviews(96, 3), metric_key_prefix="test")
print("Test accuracy: {:.4f}".format(metrics["test_accuracy"]))
