"""Tests of tickets and badges on paper."""
