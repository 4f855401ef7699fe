"""Pages that show runs in a browser, on this machine, read-only (`evo dashboard`, docs/dashboard.md)."""
