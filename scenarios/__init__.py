"""Strategies as data: levers, scenario files and what they cost."""
