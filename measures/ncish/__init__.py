"""NCISH's side of the months: checking what was sent, and seeing all areas at once."""
