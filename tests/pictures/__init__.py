"""What the window looks like: every room, tab, sheet and dialog on a filled store, opened one after the other."""
