"""What tests share: databases, servers, page checks."""
