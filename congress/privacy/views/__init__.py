"""Pages about personal data: for everybody, and for organisers."""
