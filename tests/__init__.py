"""Tests of Congress."""
