"""A run from its settings to its end: begun, resumed, replayed, watched."""
