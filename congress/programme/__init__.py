"""The programme: tracks, formats, sessions, speakers, slots, releases; calls with their proposals and reviews.

Organisers work on a draft. A release is a snapshot of it that never changes: public pages, feeds, exports and
sign-ups read the latest release (`releases.latest`) and never the draft. Session: submitted > accepted > confirmed,
or rejected, withdrawn, cancelled; only confirmed sessions enter a release. Proposal: draft > submitted > accepted or
rejected, or withdrawn; an accepted talk becomes a session. Who signed up for a session belongs to `agenda`, above.
"""
