"""The first import from an Odoo: its runs, and what becomes of what is found there."""
