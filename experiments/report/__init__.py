"""A stored comparison as a report to print: HTML and PDF, in either language."""
