"""What the months say, drawn: numbers in, shapes and places out. Pure: no Django."""
