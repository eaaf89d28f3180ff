"""What a compiled run computes, when, and in which order: all that is decided before the text.

`lowering` takes powers of the program apart. `rewriting` says which operations are written
otherwise, and `exact` which must not be. `schedule` sorts the nodes into the two kernels of a run,
described by `parts`, with the values at the start from `initial` and the order of an evaluation
from `ordering`. `evaluator` writes an evaluation down as statements, and `pieces` cuts it for the
compiler.
"""
