"""Engines: they run a program over an ensemble.

Begin with `integrate`, which runs a program; `slices` computes some equations from given values,
and `portable` hands a job to a browser. They stand on the packages, and these on the other modules
of this folder, which both engines share: what is asked for (`job`, `clock`, `reductions`, `shapes`,
`machine`) and what comes back (`results`, `trajectories`). Imports run in one direction, from right
to left::

    shared modules <- interpreter <- vector <- scheduling <- kernel <- integrate, portable, slices

`interpreter` is the numpy engine, `kernel` the compiled one, which leaves some runs to the other;
`vector` and `scheduling` are what kernels are printed from.
"""
