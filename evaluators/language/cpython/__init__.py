"""Candidates as CPython runs them: the reference."""
