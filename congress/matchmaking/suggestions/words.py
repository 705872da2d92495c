"""Words of French and English texts, so that "Bioréacteurs" and "bioreactor" are the same word.

Accents are folded and a few endings made equal: plurals, the mute e, and what differs regularly between both
languages (-teur and -tor, -ique and -ic, -ie and -y). That is less than a stemmer does, and never joins unrelated
words that people would notice. Stop words of both languages, short words and numbers are left out.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_WORD = re.compile(r"[^\W\d_][^\W_]*")
SHORTEST = 3
_LIGATURES = str.maketrans({"œ": "oe", "æ": "ae", "ø": "o"})
_FRENCH = """
afin ainsi alors apres assez aucun aupres aussi autour autre autres avant avec avoir besoin besoins bien car
ceci cela celle celles celui certains ces cet cette ceux chaque cherche cherchons chez comme comment dans depuis
des deux donc dont elle elles encore entre entreprise entreprises est etaient etait etant etc ete etes etre eux
faire fait font grace hors ici ils jusque leur leurs lors lui mais meme memes moins mon nos notamment notre nous
offre offrons par parmi partenaire partenaires partenariat pas pendant peu peut peuvent plus plusieurs pour
pourquoi pouvons pres propose proposons quand que quel quelle quelles quels qui quoi recherche recherchons sans
selon seront ses societe soit sommes son sont souhaite souhaitons sous suis sur tant tel telle tels tous tout
toute toutes tres une vers via voir vos votre vous
"""
_ENGLISH = """
about all also and any are based been being between both but can companies company could does doing during each
for from get gives had has have help her here his how into its just like look looking made make many may more
most need needs new not offer offers one only other our out over own partner partners provide provides search
seek seeking seeks several she should some such than that the their them then there these they this those
through too under until upon use used using very was way well were what when where which while who whose why
will with within without work would you your
"""
STOP_WORDS = frozenset((_FRENCH + _ENGLISH).split())
_ENDINGS = (
    ("iques", "ic"),
    ("ique", "ic"),
    ("ical", "ic"),
    ("eurs", "or"),
    ("eur", "or"),
    ("aux", "al"),
    ("ales", "al"),
    ("ale", "al"),
    ("ies", "y"),
    ("ie", "y"),
    ("ss", "ss"),
    ("es", ""),
    ("s", ""),
    ("e", ""),
)


def words_of(text: str) -> list[str]:
    """The words of a text as typed, in small letters."""
    return _WORD.findall(text.lower())


@lru_cache(maxsize=50_000)
def key_of(word: str) -> str:
    """What a word is compared by; empty for one that says nothing."""
    plain = "".join(char for char in unicodedata.normalize("NFKD", word) if not unicodedata.combining(char))
    plain = plain.casefold().translate(_LIGATURES)
    if len(plain) < SHORTEST or plain in STOP_WORDS:
        return ""
    for ending, instead in _ENDINGS:
        if plain.endswith(ending) and len(plain) - len(ending) >= SHORTEST:
            return plain.removesuffix(ending) + instead
    return plain
