"""Vocabulary that every feature shares and that knows none of them.

Errors, transactions, access rules, time, languages, tokens, forms and the way an answer leaves.
"""
