"""A demonstration's made-up months, and what its people do with them."""
