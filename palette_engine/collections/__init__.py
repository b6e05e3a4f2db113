"""Collections: the colors of many pictures, kept in a table and found again."""
