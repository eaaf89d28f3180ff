"""A model file for other tools, and two model files side by side."""
