"""Prices of an account by the rules: simulated, explained, written, chosen against, taken back.

`facts` gathers what the rules need, `simulation` says what they would change, `applying` is the one place where the
price that a listing shall have changes, `choosing` is what a person says against the rules, `automatic` what goes by
itself. The rules themselves are domain.prices; who sends is connectors.backmarket.export_price.
"""
