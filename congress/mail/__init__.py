"""How a message leaves: the mail log, rendering and delivery.

States: queued > sent | deferred (tried again) | failed (given up) | cancelled. A row is written in the business
transaction by `queue`; what a message says is decided above, in `notifications`.
"""
