"""The split view of one customer: who they are on the left, one file a tab on the right."""
