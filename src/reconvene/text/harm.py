"""Whether somebody's own words speak of harm with which a group of peers cannot help: of a life, of touching, of a blow. Pure. Called by challenges.

It errs towards silence: what it knows are plain words for it in English and German. It marks and blocks nothing; a sentence that always stands there says the same.
"""

import re
from enum import StrEnum


class Harm(StrEnum):
    """What the words speak of."""

    LIFE = "life"
    BODY = "body"


_SOMEBODY = r"(?:me|him|her|them|us|my|his|their)"
_SELF = r"(?:my|him|her|them)sel(?:f|ves)"
_LIMB = r"(?:back|leg|thigh|knee|shoulder|waist|hips?|bottom|behind|breasts?|hair|neck)"
_LIFE = re.compile(
    rf"(?<!career )(?<!political )(?<!commercial )\bsuicid\w*|\bkill(?:s|ed|ing)? {_SELF}|\bend(?:s|ing)? (?:it all|{_SOMEBODY} (?:own )?life)|\bt(?:ake|akes|aken|aking|ook) {_SOMEBODY} own life"
    rf"|\b(?:reason|point|will) (?:to|in) (?:go(?:ing)? on )?(?:live|living)\b(?! (?:in|at|near|with|here|there)\b)|\bnot want to (?:live|be alive)|n[’']t want to (?:live|be alive)|\bself[- ]harm\w*"
    rf"|\b(?:cutting|harming|hurting) {_SELF}|\bbetter off dead|\bwish(?:es)? (?:i|he|she|they) (?:was|were) dead"
    r"|\bsuizid\w*|\bselbstmord\w*|\b(?:sich|mich) (?:et)?was an(?:zu)?tun\b|\b(?:sich|mich) um(?:zu)?bringen|\b(?:sich|mir|mich) das leben (?:zu )?nehmen|\bnicht mehr leben (?:will|möchte|wollen|mag)\b|\b(?:will|möchte|mag) (?:so |einfach )?nicht mehr leben\b"
    r"|\blebensmüde|\bkeinen sinn mehr (?:im leben|zu leben)|\b(?:ritzt|ritze) (?:sich|mich)",
    re.IGNORECASE,
)
_BODY = re.compile(
    rf"\btouch(?:es|ed|ing)? (?:me|her|him|them|us|women|girls|staff|{_SOMEBODY} {_LIMB})\b|\bhands? on {_SOMEBODY} {_LIMB}\b|\bgrop(?:e|es|ed|ing)\b"
    r"|\bsexual(?:ly)? (?:harass|assault|abus|advanc|comment|remark)\w*|\bunwanted (?:touch\w*|advances)|\brap(?:e|ed|ist)\b|\bharass(?:es|ed|ing|ment)\b"
    rf"|\b(?:punch|slap|chok|kick)(?:e?s|p?ed|p?ing) (?:me|her|him|them|a colleague|a nurse)\b(?! (?:off|out|back)\b)|\b(?:hit|hits) (?:her|him|them) (?:in|on) the\b|\bbeat(?:s|en)? {_SOMEBODY} up"
    rf"|\bthreat(?:en(?:s|ed|ing)?) to (?:kill|hurt|beat|stab|shoot)|\bstalk(?:s|ed|ing|er)\b"
    r"|\bfasst? (?:mir|ihr|ihm|mich|sie) (?:ständig |immer |wieder |gern )?(?:an\b|auf\b|unter\b)|\b(?:mich|sie|ihn|mir|ihr) (?:an|be)gefasst|\bbegrapsch\w*|\bgrapsch\w*"
    r"|\bsexuell\w* (?:belästig|übergriff|anspiel|bemerk)\w*|\bbelästig(?:t|en|te|ung)\b|\bvergewaltig\w*|\bverprügel\w*"
    r"|\b(?:mich|sie|ihn|ihr|ihm|mir) (?:ins gesicht )?(?:geschlagen|geschubst|getreten|gewürgt)|\bbedroht (?:mich|sie|ihn|uns)"
    r"|\b(?:bemerkungen|sprüche|kommentare) über (?:mein|ihr)(?:e|en)? (?:aussehen|figur|körper|brüste?|po|hintern|beine)",
    re.IGNORECASE,
)


def harm_in(text: str) -> Harm | None:
    """What a text speaks of; of both, a life comes first."""
    if _LIFE.search(text):
        return Harm.LIFE
    return Harm.BODY if _BODY.search(text) else None
