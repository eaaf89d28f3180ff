"""Questions asked of the ensemble, and their answers."""
