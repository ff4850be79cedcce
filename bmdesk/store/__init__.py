"""The durable store: tables, queries, migrations, backup. All SQL of bmdesk is in this package."""
