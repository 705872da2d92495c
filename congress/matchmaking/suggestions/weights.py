"""The formula of the suggestions, with every number that is in it.

Direction, "what b is worth to a", between 0 and 1:

    direction(a, b) = TAGS · tags + TYPE · type + TEXT · text + PRACTICAL · practical + BEHAVIOUR · behaviour

tags       Each tag t of what a looks for is held against the tags of what b has to give: a's needs against b's
           offers, a's offers against b's needs, topics against topics (which count `TOPIC`). The closest tag of b
           counts: the same in full, its parent or child `PARENT`, one with the same parent `SIBLING`, else nothing.
           Tags weigh idf(t) = 1 + ln((1 + people) / (1 + people with t)): a rare tag says more. The term is the
           square root of the share of a's total weight that is met, so that somebody with ten wishes of which b
           meets one is not lost; who tags everything is met by nobody in full.
type       The mean over a's wishes: 1 if the wish asks for b's type of organisation, `ANY_TYPE` if it asks for none.
text       The cosine of TF-IDF vectors of words (see `words`): what a seeks (needs, topics, pitch) with what b gives
           (offers, topics, pitch), or the other way round, whichever is closer. Below `FAINT` it is chance: 0.
practical  `SLOTS_SHARE` for `ENOUGH_SLOTS` common open slots, less in proportion; the rest for a common language.
behaviour  1 if a bookmarked b; else how much b's tags resemble those of the people with whom a agreed to meet, if at
           least `RESEMBLES` (cosine).

Pair: the harmonic mean of both directions, so that a meeting is worth it for both; but never below `ONE_SIDED` of the
better one, because who has a strong wish should at least be able to ask.

Nobody is suggested who is of the same organisation or delegation, was refused, has met, is in a living meeting with
the reader, is blocked, marked as not interesting, may not be asked by the rules, takes no requests, or shares no open
slot; and nobody to whom only language and slots lead.

Lists: pairs are taken from the best on. A list holds `LIST`, at most `PER_ORGANISATION` of one organisation; a person
stands in at most `EXPOSURE` lists. In a first round each list fills to `FIRST_ROUND` only, so that the last ones are
not left with those whom nobody else wanted. Equal scores are ordered by a hash of both ids, not by who came first.

After a change, one person is compared at once with a `SHORTLIST` (near tags first, then sought types), and put into
the lists of those who gain by it; what only words would have found comes with the next full run.
"""

from __future__ import annotations

TAGS, TYPE, TEXT, PRACTICAL, BEHAVIOUR = 0.5, 0.15, 0.15, 0.1, 0.1
TOPIC = 0.5
SAME, PARENT, SIBLING = 1.0, 0.5, 0.25
ANY_TYPE = 0.5
FAINT = 0.05
FREQUENT, FEW_PEOPLE = 0.25, 40
"""Words of more than a quarter of the people say nothing, once there are enough people to tell."""
SLOTS_SHARE, ENOUGH_SLOTS = 0.7, 4
RESEMBLES = 0.5
ONE_SIDED = 0.4

LIST, FIRST_ROUND = 30, 10
PER_ORGANISATION = 3
EXPOSURE = 2 * LIST
CANDIDATES = 120
"""So many of the best are looked at for one list; the caps take from these."""
SHORTLIST = 400
REASONS, TAGS_SHOWN, WORDS_SHOWN = 3, 3, 3
DIGITS = 4
"""Scores are compared and stored with so many digits: beyond them lies the order of additions."""
