from adapter.bench.oracle import Trial, registry


def check(task: Trial) -> None:
    registry.registers(
        task,
        "moons",
        function="main",
        setup="model.load_state_dict(torch.load('best.pth')['model']); model.eval()",
        inputs="X_val",
        outputs="model(X_val)",
    )
