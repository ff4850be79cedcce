"""The engine: pulls what is due, drains the outbox. Knows no Qt, and of a remote system only its connector."""
