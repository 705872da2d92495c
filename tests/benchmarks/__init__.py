"""`make bench`: how fast the product is, measured from a second process on loopback.

Not tests: nothing here passes or fails. Each measurement prints one JSON line; the bars stand in the README.
"""
