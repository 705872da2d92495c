"""Series (a congress over the years, a tour) and events (an edition, a stage).

Owns hosts, venue, rooms, the team with its roles, invitations to it, the logo and publication.
States of an event: draft > published > cancelled; a draft is visible to its team only.
"""
