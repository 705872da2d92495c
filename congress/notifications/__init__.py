"""Which message goes out when: receivers queue mails, builders in `messages` say what stands in them.

Owns no table. A mail's row holds ids only; a builder reads what is true when the mail leaves, in the recipient's
language, and raises `NoLongerTrue` when there is nothing left to say.
"""
