"""A team and its charts: reading them, taking them away, and what is said and decided about them."""
