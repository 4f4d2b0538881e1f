"""One file a screen; each has its layout in a `.tcss` beside it, and one line in `places.py`."""
