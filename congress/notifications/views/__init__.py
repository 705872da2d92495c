"""What organisers see of the mails about their events."""
