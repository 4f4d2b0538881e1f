"""The business: one capability a file, its tables and its rules together."""
