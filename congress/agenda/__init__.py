"""What registered people picked from the programme: stars, sign-ups and the waiting list of a session.

A sign-up is confirmed, waiting or cancelled. Places are counted under a lock on the session's row; when one is left,
the first one waiting is promoted in the same transaction. Only released sessions can be picked. Sign-ups follow what
they hang on: a cancelled registration, a dropped session or a category that cannot come ends them, and nothing brings
them back but the person. Others read `queries.picked_sessions`, ask `permissions.may_join`, and say with
`busy.provides_busy` what else somebody has to do at a time.
"""
