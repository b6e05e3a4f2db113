"""Widgets: what the dialogs are made of."""
