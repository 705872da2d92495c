"""The demo: published facts (facts.json), and what had to be invented around them and looks it (invented.json).

`seed.seed_if_empty()` fills an empty database in the caller's transaction; people come from Faker with a fixed seed,
days are counted from the day of seeding. Other features know nothing of it.
"""
