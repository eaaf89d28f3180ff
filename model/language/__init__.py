"""The model language: Vensim text to the program that engines run."""
