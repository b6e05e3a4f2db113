"""Dialogs: one for each procedure, with a preview."""
