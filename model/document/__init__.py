"""A model file as a document: loops, pictures and one page."""
