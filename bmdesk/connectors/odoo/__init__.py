"""Odoo 17, 18 and 19: its models over RPC, read tolerantly, each write sent once."""
