"""Who is left out: the questions that only agents can answer."""
