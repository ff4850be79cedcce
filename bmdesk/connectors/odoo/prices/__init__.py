"""Prices to Odoo."""
