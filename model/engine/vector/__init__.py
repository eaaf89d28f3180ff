"""Vectors of members as LLVM instructions.

`assembly` writes one instruction after the other; `lanes` takes vectors apart and `branches` leaves
out what is rarely needed. On them stand the functions that no vector unit has, within two units in
the last place: `double_double`, `exponentials`, `logarithms`, `powers`. `operations` writes each
operation of a program with them. Nothing here knows of kernels, or of what is computed when.
"""
