"""Maps as data: one YAML file per library and the concepts they share. A package so that resources are found."""
