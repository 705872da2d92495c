"""Which message goes out when: receivers write mails, context builders say what they contain."""
