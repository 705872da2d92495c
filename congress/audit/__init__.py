"""Who did what, when: one row per write, in the same transaction, never changed afterwards."""
