"""Whether the "if" of an if-then plan names an occasion that one would notice. Pure; the rules are word lists, and err towards accepting.

Refused are wishes ("be better", "more often") and states ("things are difficult"), unless they say when, where or with whom; what is neither is taken
for something that happens ("I see tears", "a promise fails"), in whichever language.
"""

import re

from reconvene.base.translation import gettext as _
from reconvene.text.words import is_english

VAGUE = (
    "more often", "less often", "sometimes", "some time", "sometime", "some day", "someday", "soon", "as soon as possible", "at some point",
    "if possible", "where possible", "when possible", "whenever possible", "when i can", "whenever i can", "if i can", "when i have time",
    "if i have time", "when there is time", "when i get a chance", "when it fits", "from now on", "in future", "in the future", "in general",
    "generally", "regularly", "occasionally", "now and then", "as much as possible", "i try", "i will try", "i want to be", "i should",
    "when necessary", "if necessary", "when needed", "if needed",
)  # fmt: skip
VAGUE_IN_GERMAN = (
    "öfter", "manchmal", "irgendwann", "bald", "möglichst", "wenn möglich", "wenn ich zeit habe", "wenn zeit ist", "in zukunft", "ab jetzt",
    "regelmäßig", "generell", "ich versuche", "ich sollte", "bei bedarf",
)  # fmt: skip
WISHES = (
    "be", "become", "get", "do", "listen", "delegate", "talk", "communicate", "improve", "try", "to", "more", "less", "better", "stop",
    "make", "keep", "ask", "give", "think", "work", "lead", "learn",
)  # fmt: skip
A_NOUN = re.compile(
    r"^(?:work|talk) (?:is|has|comes|goes|gets|turns|returns|piles|lands|waits|stalls|begins|starts|stops|ends|grows|drags)\b"
)  # and no wish: the work piles up
STATES = re.compile(r"^(?:it|things|everything|life|there)\b|\b(?:more|less|better)$")
FEWEST_WORDS = 3  # of what happens: somebody or something, and what they do
WITHOUT_SPACES = re.compile(
    r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]{4}"
)  # Thai to Chinese: one sentence is one word
OCCASIONS = (
    # when
    "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday", "morning", "noon", "afternoon", "evening", "lunch",
    "o'clock", "tomorrow", "today", "tonight", "daily", "weekly", "monthly", "quarterly", "every", "before", "after", "during", "while",
    "start of", "end of", "first", "last", "next", "when", "as soon as", "once", "each time", "deadline", "day", "week",
    # where
    "meeting", "meetings", "session", "call", "calls", "stand-up", "standup", "hand-over", "handover", "one-to-one", "one-to-ones", "1:1",
    "review", "interview", "mail", "e-mail", "email", "message", "chat", "desk", "office", "corridor", "kitchen", "shift", "draft",
    "workshop", "phone", "agenda", "report", "round", "room", "site", "floor", "inbox", "door", "task", "request", "question",
    # with whom
    "someone", "somebody", "anyone", "anybody", "everyone", "everybody", "nobody", "no one", "one of", "colleague", "colleagues", "boss", "team", "lead", "leads",
    "reports", "employee", "employees", "customer", "customers", "client", "clients", "peer", "peers", "director", "manager", "supplier",
    "staff", "people", "person", "he", "she", "they", "him", "her", "them", "member", "members", "apprentice", "trainee", "supervisor",
    # a moment in oneself
    "notice", "feel", "catch myself", "about to", "tempted", "want to take", "hear myself", "open", "sit down", "walk in", "arrive",
)  # fmt: skip
CLOCK = re.compile(r"\b([01]?\d|2[0-3])[:.][0-5]\d\b|\bat \d{1,2}\b|\b\d{1,2} ?(am|pm)\b|\b\d{1,2}h\b")


def vague_cue(text: str) -> str | None:
    """A sentence that says what the cue lacks, or None when it names an occasion."""
    words = " ".join(re.sub(r"[“”\"‘’.,;!?…]", " ", text.replace("’", "'").lower()).split())
    words = words.removeprefix("if ")
    if not words:
        return _("Say on which occasion: when, where or with whom.")
    if found := _first(VAGUE if is_english(words) else VAGUE + VAGUE_IN_GERMAN, words):
        return _("“%(words)s” is hard to notice. Say when, where or with whom.") % {"words": found}
    if words.split()[0] in WISHES and not A_NOUN.match(words) and not CLOCK.search(words):
        return _("This says what you want to do. Say first on which occasion: when, where or with whom.")
    happens = (len(words.split()) >= FEWEST_WORDS or bool(WITHOUT_SPACES.search(words))) and not STATES.search(words)
    if not happens and not CLOCK.search(words) and not _first(OCCASIONS, words):
        return _("It is hard to tell when this has come. Say when, where or with whom, like “when someone brings me half a draft”.")
    return None


def _first(phrases: tuple[str, ...], words: str) -> str:
    return next((phrase for phrase in phrases if re.search(rf"(?<![\w-]){re.escape(phrase)}(?![\w-])", words)), "")


def cue_menu() -> list[tuple[str, tuple[str, ...]]]:
    """Cues to begin from, by what they hang on: a time, a meeting, somebody in a role, a feeling. They go on after "If"."""
    return [
        (_("A time"), (_("it is Monday at nine and I open my calendar"), _("I come back from lunch on Wednesday"))),
        (_("A meeting"), (_("our weekly meeting reaches its second point"), _("I open a one-to-one with somebody who reports to me"))),
        (_("Somebody in a role"), (_("a team lead brings me half a draft"), _("my manager asks me for one thing more"))),
        (_("A feeling"), (_("I notice that I am about to take a task back"), _("I notice in a meeting that I am getting impatient"))),
    ]
