"""The numpy engine: always there, and what the compiled one is held against.

The operations of a program (`operations`, `lookups`) become calls on buffers that are made once
(`actions`, `buffers`, `updates`, `recorder`, `binding`). Chunks of members are stepped with them
(`stepper`, with `rings` for delays of whole steps), and `interpreted` makes a job of it. It takes
nothing from the compiler's side, so that an error there is not in both.
"""
