#!/bin/sh
# All stages, one after the other.
set -e
export WANDB_PROJECT="moons"
python src/prepare.py
python src/train.py
python src/evaluate.py
python src/serve.py
