"""People who sign in: accounts, one-use mail links, passwords for staff, sessions in the database.

A session is valid until it expires or is revoked; disabling an account or changing a password ends all of them.
"""
