"""Personal data: access, erasure, retention, and what people are asked.

One registry (`registry.PROVIDERS`) serves all three: whatever a feature stores about a person, it gives out and takes
back through its `personal_data.py`. Erasing leaves rows that point at nobody, and a keyed hash in `Erasure`, by which
an erasure is done again after a backup was restored.
"""
