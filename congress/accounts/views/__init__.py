"""Pages about signing in, and the rules that other pages use."""
