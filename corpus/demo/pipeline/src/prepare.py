"""Stage 1: make the data set."""
import json
import random

import yaml

config = yaml.safe_load(open("config.yaml"))
generator = random.Random(3)
points = [(generator.uniform(-1, 1), generator.uniform(-1, 1)) for _ in range(config["rows"])]
rows = [{"x": x, "y": y, "label": int(x + y > 0)} for x, y in points]
with open("data.json", "w") as stream:
    json.dump(rows, stream)
print(len(rows), "rows")
