"""Questions to the agents: runs, docking, coupling and who is left out."""
