"""translate: from versions of all files to data kept beside git; which files are data."""
