"""Perturbing: a program written another way that means the same, made from a seed."""
