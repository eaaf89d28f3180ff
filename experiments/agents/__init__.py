"""Questions to the agents: who is left out, and what shocks do."""
