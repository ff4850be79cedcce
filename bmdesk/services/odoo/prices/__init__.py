"""Prices at Odoo."""
