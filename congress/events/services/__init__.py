"""Writes on series and events, one module per thing that is changed; each audits and renews the public pages."""
