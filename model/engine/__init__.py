"""Engines: they run a program over an ensemble."""
