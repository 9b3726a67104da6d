from .data import spirals
from .model import build_model

__all__ = ["build_model", "spirals"]
