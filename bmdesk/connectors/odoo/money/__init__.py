"""What an order that has left costs at Odoo: invoice, payment, credit note, and the PDF of the invoice."""
