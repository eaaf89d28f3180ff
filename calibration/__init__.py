"""Surveys, likelihood and the weighted ensemble."""
