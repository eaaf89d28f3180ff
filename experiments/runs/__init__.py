"""Runs for questions: what varies, in which structure, and what is read from each run."""
