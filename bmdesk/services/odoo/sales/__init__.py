"""Orders here and at Odoo: what must stand there, and what was packed or cancelled there."""
