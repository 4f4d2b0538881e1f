"""Small questions over a screen; Esc answers none of them."""
