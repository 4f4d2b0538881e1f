"""What is held about a person: where it lies, how they are given it, and how it is erased or deleted."""
