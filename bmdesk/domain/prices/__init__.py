"""What a SKU costs in a market and why: rules, true cost, decision, explanation.

Pure arithmetic in whole coins: callers bring facts, rates and the day. `reading` reads the rules out of the pricing
document, `rules` finds those that count and `terms` brings them into the market's coin, `cost` knows what a sale leaves
over, `decision` makes the price and keeps its steps, `words` says them. `pricer` is the door; nothing is sent here.
"""
