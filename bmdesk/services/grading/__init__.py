"""The bench: a scan comes in, a durable step goes out; the gate's judgement; repairs."""
