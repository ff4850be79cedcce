"""Orders at Odoo: customers, sale orders, reserved serials and deliveries, each made what it must be."""
