"""Schedules from elsewhere: read into plain values with errors by row, then compared with the draft.

`reading.read` never writes; `plans.plan` says what would change; `services.importing` writes all of it or nothing.
"""
