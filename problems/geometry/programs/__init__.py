"""Candidates as modules of our own, each whole in itself: `problems.baseline_text` makes texts of them."""
