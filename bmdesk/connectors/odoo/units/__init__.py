"""Units at Odoo: their products, lots, pieces of stock, notes and photos, each made what it must be."""
