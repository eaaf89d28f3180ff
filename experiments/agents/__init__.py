"""Commands about agents: families and services beside the stocks."""
