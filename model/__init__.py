"""Equations, evidence, districts and the engine that integrates them."""
