"""What there is: the catalogue, units, batches that arrive, counted goods."""
