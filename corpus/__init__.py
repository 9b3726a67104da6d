"""Programs as data: the demo project and the tasks. A package so that resources are found."""
