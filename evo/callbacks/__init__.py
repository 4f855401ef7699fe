"""Callbacks that are shipped: lines of JSON, TensorBoard, MLflow, Weights & Biases. Never required, chosen by name."""

from importlib import import_module
from types import ModuleType


def library(name: str, extra: str) -> ModuleType:
    """Import what a callback writes with.

    Raises:
        ImportError: it is missing; the message says what to install.
    """
    try:
        return import_module(name)
    except ImportError as error:
        raise ImportError(f"{error}; pip install 'evo-heuristics[{extra}]'") from error
