from tensorboardX import SummaryWriter

with SummaryWriter(logdir="runs/decay") as writer:
    level = 1.0
    for hour in range(1, 5):
        level = level / 2
        writer.add_scalar(tag="level", scalar_value=level, global_step=hour)
        writer.add_scalar("lost", 1 - level, hour)
    print(f"level: {level}")
