from dvclive import Live

live = Live()
live.log_params({"size": 4, "shrink": 0.5})
area = 64.0
for _ in range(3):
    area = area * 0.5
    live.log_metric("area", area)
    live.log_metric("side", area / 4)
    live.next_step()
live.step = 10
live.log_metric("checked", area)
print(f"area: {area}")
live.end()
