"""Who writes candidates: the embedded author and language models."""
