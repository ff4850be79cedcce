"""The dashboard's figures: kept in the transaction of what they count, and asked for as a whole."""
