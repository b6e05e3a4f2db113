"""Pictures in the colors of a palette."""
