"""What organisers type about series, events, hosts, rooms and teams."""
