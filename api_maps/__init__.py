"""Maps as data: one YAML file per library and the concepts they share. A package, to be found."""
