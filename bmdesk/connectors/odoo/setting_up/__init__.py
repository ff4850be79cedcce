"""Whether an Odoo can be worked with, and what must be made there once, before anything goes there."""
