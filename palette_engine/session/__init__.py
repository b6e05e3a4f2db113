"""The engine as another program's child process."""
