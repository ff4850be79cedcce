"""Back Market: its API over HTTP, read tolerantly, written exactly once per call."""
