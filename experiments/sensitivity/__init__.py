"""Sensitivity of outcomes, of differences between strategies, and of the choice."""
