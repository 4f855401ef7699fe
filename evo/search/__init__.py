"""The search: the loop, what becomes of one candidate, who is asked, what it may cost."""
