"""What visitors, registered persons and organisers type about registrations."""
