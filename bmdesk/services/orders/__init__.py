"""Orders from the reading to the unit that is promised, their customers and papers, and what people decide."""
