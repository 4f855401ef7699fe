"""Algorithms as machine code, made by numba."""
