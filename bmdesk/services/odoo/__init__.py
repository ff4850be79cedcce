"""A company's Odoo: where it stands, and what stands there for what is here."""
