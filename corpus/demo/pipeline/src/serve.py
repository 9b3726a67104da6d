"""Stage 4: answer one question with the weights."""
import json

weights = json.load(open("weights.json"))
print("answer", int(weights["a"] * 0.5 + weights["b"] * 0.25 > 0))
