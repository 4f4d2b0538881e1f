"""What leaves on paper: pages, how each kind of printer or file writes them, and the way there."""
