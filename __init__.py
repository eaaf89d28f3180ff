"""tumbuh: a policy simulator of child stunting for an Indonesian district."""
