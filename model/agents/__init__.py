"""Who is left out: agents beside the stock-and-flow model."""
