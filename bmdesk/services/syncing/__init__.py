"""What waits to be sent and how syncing goes, as people look at it."""
