"""Hydra groups: values and targets; every default stands in the dataclass that it belongs to."""
