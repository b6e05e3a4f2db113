"""Calls: the arguments of a procedure, and the pictures that they choose."""
