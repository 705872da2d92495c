"""Badges on paper: layouts, the PDF, and print runs as background jobs."""
