"""What registered people picked from the programme: stars, sign-ups and the waiting list of a session.

A sign-up is confirmed, waiting or cancelled. Places are counted under a lock on the session's row; when one is
left, the first one waiting is promoted in the same transaction. Only released sessions can be picked.
"""
