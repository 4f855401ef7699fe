"""Candidates as modules of our own, each whole in itself: `problems.geometry.baselines` makes texts of them."""
