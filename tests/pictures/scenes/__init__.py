"""The way to each scene, a file for a room or for rooms that stand beside each other."""
