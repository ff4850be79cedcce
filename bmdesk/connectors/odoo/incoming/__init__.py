"""What stands at Odoo, read: all of it once, or what changed since. Nothing is written there."""
