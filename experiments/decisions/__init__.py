"""Decisions: value of information, targets, discovery, robust plans, sequences, budgets."""
