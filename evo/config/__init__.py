"""Settings of a run: checked values, composed by hydra from YAML and overrides."""
