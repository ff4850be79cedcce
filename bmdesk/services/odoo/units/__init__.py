"""Units and their products, here and at Odoo: what must stand there, what happened there, where the two differ."""
