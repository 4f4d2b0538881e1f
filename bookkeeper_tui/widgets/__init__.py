"""Parts that draw what they are given. They never ask the store."""
