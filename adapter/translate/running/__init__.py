"""translate.running: rules in Python, run over files like all others."""
