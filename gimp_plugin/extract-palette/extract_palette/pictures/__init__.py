"""Pictures: the pixels that are seen and sent, in small, without dialogs."""
