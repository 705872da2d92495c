"""What becomes of meetings and suggestions when something else changes: rows in the same transaction, never I/O."""
