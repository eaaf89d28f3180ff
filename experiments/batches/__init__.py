"""Batch experiments: designs, stores of runs, and what keeps them whole."""
