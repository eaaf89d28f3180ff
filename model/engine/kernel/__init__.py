"""The compiled engine: kernels as text, compiled, kept, and run.

`compiled` makes a job of it, with a `plan` of two kernels and their `run`. A kernel that the cache
does not have is scheduled, laid out in memory (`layout`) and printed: `text` puts together the
loops of `driver`, the values of `printer`, the `moves` of states and the `reductions` of results.
`compile` makes machine code of it; what it makes for a browser, `wasm` turns into a module.
"""
