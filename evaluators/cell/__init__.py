"""The process of foreign programs: it was never ours and holds nothing but its task.

These modules use the standard library and numpy alone, and import one another relatively: in the program's own
interpreter they are the package `cell`, and neither `evaluators` nor `problems` nor `evo` is ever imported there. The
lock-down is the same one that our own warm process uses for rules and algorithms.
"""
