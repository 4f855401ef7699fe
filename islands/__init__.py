"""QD containers."""
