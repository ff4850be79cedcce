"""Files of prices, rules, rates and listings: read, compared with what is here, shown, and only then taken."""
