"""What is offered at a marketplace: accounts, listings and their links, quantities, prices."""
