"""The embedded author: a search over rules without a language model."""

from evo.authors.embedded.author import EmbeddedAuthor

__all__ = ["EmbeddedAuthor"]
