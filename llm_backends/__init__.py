"""Language models behind one protocol: a file per backend, each loaded only when it is asked for."""
