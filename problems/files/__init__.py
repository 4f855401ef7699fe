"""Instance formats of the field: pure functions from text to arrays, which know nothing of any problem's settings."""
