"""Series, events, hosts, rooms, looks and teams, on the organisers' side."""
