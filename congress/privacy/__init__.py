"""What one person may ask for: access, correction, erasure; one registry serves all of them."""
