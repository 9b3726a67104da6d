"""The room `names`: what every name in a file stands for, and where a library is used."""
