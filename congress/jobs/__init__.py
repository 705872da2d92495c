"""Work to do after the commit: the jobs table is the truth, the worker does what its rows ask for.

States: queued > running > done | failed; a lost worker's job returns to queued when its lease ends.
Others call `enqueue` inside their own transaction and register what a kind means with `handles`.
"""
