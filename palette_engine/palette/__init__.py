"""The palette as a value, and what can be done to one: order, names, checks."""
