"""What the months of a measure say, beyond the limits and rules of spc.py. Pure: no Django."""
