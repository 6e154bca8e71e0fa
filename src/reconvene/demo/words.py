"""What the sample company's managers say: challenges, plans, lessons. Written for the demo; roles, not names."""

from dataclasses import dataclass

CHALLENGES: dict[str, tuple[str, ...]] = {
    "delegating": (
        "Work I hand over comes back half done, so I finish it myself on Thursday evenings.",
        "My team waits for my decision on everything. I have become the place where all work queues up.",
        "It is quicker if I do it. I know that this is the problem, and I still do it.",
        "Two of my people are ready for more, but I cannot let go of the customer reports.",
        "When I delegate, I get so many questions that I could have done it twice.",
        "I hand over tasks and keep the decisions. My people have noticed.",
    ),
    "the-talk-i-keep-putting-off": (
        "One of my team leads talks over others in every round. I have been meaning to say something since spring.",
        "I must tell a colleague of twenty years that his reports are no longer good enough.",
        "I rehearse the talk in the car and then speak about the weather.",
        "Someone in my team smells of alcohol some mornings. I do not know how to begin.",
        "I have promised myself three times to raise it in our one-to-one, and did not.",
        "A good person, a bad habit, and I keep hoping that it goes away.",
    ),
    "too-much-to-do": (
        "I sit in meetings from eight to five and do my own work at night.",
        "Everything is urgent and I have stopped knowing what matters.",
        "My calendar belongs to other people. I have not had a quiet hour in a month.",
        "I answer mails in meetings and think in the shower.",
        "Three jobs since the reorganisation, one pair of hands.",
    ),
    "giving-feedback": (
        "I say that it was fine, and then I correct it myself.",
        "My feedback comes out as a joke, and nothing changes.",
        "When I give feedback, people defend themselves. Then I give up.",
        "I see what could be better, but the moment passes every time.",
        "Praise is easy for me. The other half is not.",
    ),
    "change-people-did-not-ask-for": (
        "We get a new planning system in May. They nod in the meeting and go on as before.",
        "Third reorganisation in four years. My people say they will sit this one out.",
        "I have to explain a change that I did not choose and only half understand.",
        "The night shift hears about changes last, and shows it.",
    ),
    "too-many-priorities": (
        "We have eleven priorities. When I ask which one can wait, I am told none.",
        "I say yes in the meeting and regret it on the stairs.",
        "My boss adds, nobody takes away.",
        "Every customer is the most important one.",
    ),
    "nobody-speaks-up": (
        "Silence in the meeting, a lively talk in the corridor afterwards.",
        "I ask for problems and hear that all is well, until it is not.",
        "Since the last incident nobody volunteers anything.",
    ),
    "conflict-between-two-people": (
        "Two of my best no longer speak with each other, and I carry their messages.",
        "They fight about who owns the handover, and the rest of the team takes sides.",
        "I am the referee in a match that nobody wins.",
    ),
}


@dataclass(frozen=True)
class Lesson:
    """A settled strategy of the sample company, with numbers as they may stand after several groups."""

    situation: str
    doing: str
    led_to: str
    because: str
    works_when: str
    not_when: str
    tried: int
    helped: int
    groups: int


LESSONS: dict[str, tuple[Lesson, ...]] = {
    "delegating": (
        Lesson("I hand over something that takes more than a day", "hand over the result, the limits and two check points in three written lines",
               "fewer questions in between", "nobody had to remember what was said in passing", "the work has a clear end",
               "the work changes daily; talk every morning instead", 26, 21, 4),
        Lesson("a task is new to the person", "ask for a first version after an hour of work, not at the deadline", "fewer rewrites",
               "misunderstandings showed early", "the task is new to the person", "the person has done it many times; they feel checked", 31, 24, 5),
        Lesson("a draft comes back half done", "ask “what would you need to finish it?” before touching it", "finished work in most cases",
               "the next step stayed with its owner", "the skill is there", "there is a real gap in skill; then teach first", 18, 13, 3),
    ),
    "the-talk-i-keep-putting-off": (
        Lesson("I have put a talk off twice", "send the invitation first and prepare afterwards", "the talk taking place",
               "the date did what good intentions had not", "it is a pattern and not an emergency", "someone is unwell; ask for help first", 22, 17, 4),
        Lesson("the talk will be uncomfortable", "open with what I saw and when, in one sentence, and then be silent",
               "shorter and calmer talks", "there was nothing to argue about in the first minute", "I have seen it myself", "I only heard it from others", 19, 15, 4),
    ),
    "too-much-to-do": (
        Lesson("my weeks fill up by themselves", "block two mornings with the team’s agreement and keep one of them open for the team’s questions",
               "one finished piece of work a week", "people could rely on the other hours", "the team sits in one place or shares a calendar",
               "shifts do not overlap", 28, 20, 4),
        Lesson("a new duty arrives", "name the standing duty that ends for it, in the same mail", "fewer duties after a month", "the trade became visible",
               "the duty is mine to drop", "somebody else decides; then bring two options", 17, 11, 3),
    ),
    "giving-feedback": (
        Lesson("something could be better and the moment is there", "say one thing, on the same day, and ask how they see it",
               "changes within the week", "it was still fresh and small enough to act on", "we have ten quiet minutes", "either of us is angry", 24, 19, 4),
        Lesson("feedback ends in excuses", "ask first: how did it go from your side?", "people naming it themselves", "nobody has to defend what they said",
               "they know the standard", "the standard was never said", 16, 12, 3),
    ),
    "change-people-did-not-ask-for": (
        Lesson("I have to announce a change", "say in the same breath what will not change", "questions about the change instead of rumours",
               "people could stop guarding what was never in danger", "something really stays", "I do not know it yet; then say when I will", 14, 10, 3),
    ),
    "too-many-priorities": (
        Lesson("everything is urgent", "bring my boss one ranked list with a line in it and ask where the line goes", "two projects that wait until autumn",
               "the choice was on paper", "my boss decides alone", "two bosses disagree; then bring both to one table", 15, 11, 3),
    ),
    "nobody-speaks-up": (
        Lesson("a meeting is silent", "let everyone write for two minutes before anybody speaks", "three times as many points",
               "the quiet ones had already said it on paper", "there is a real question", "the decision is taken; then say so", 12, 10, 3),
    ),
    "conflict-between-two-people": (
        Lesson("two people no longer speak", "talk with each alone, then agree one behaviour for two weeks with both",
               "work going on", "two weeks are short enough to try", "it is about work", "someone is being hurt; then use the official way", 9, 6, 2),
    ),
}  # fmt: skip


@dataclass(frozen=True)
class PlanWords:
    """One manager's experiment."""

    want: str
    best: str
    obstacle: str
    cue: str
    action: str
    sign: str


PLANS: dict[str, tuple[PlanWords, ...]] = {
    "delegating": (
        PlanWords("Work that comes back finished", "Thursday evenings at home", "I am faster myself, and I like the work",
                  "someone brings me a draft that is half done", "ask “what would you need to finish it?” before I touch it", "fewer open drafts on my desk on Thursdays"),
        PlanWords("Hand over the monthly report for good", "A report that I read like everybody else", "I think that nobody sees what I see",
                  "I open the report folder on Monday at nine", "send the three lines to my deputy and close the folder", "the report goes out without my name"),
    ),
    "giving-feedback": (
        PlanWords("Say it the same day", "No surprises in the yearly review", "I want to be liked",
                  "I have seen something, after the shift handover", "ask for five minutes and say one thing", "they come to me first"),
    ),
    "too-much-to-do": (
        PlanWords("One quiet morning a week", "The plan for spring is written", "I cannot say no to my own boss",
                  "someone asks for Tuesday before eleven", "offer Tuesday at eleven instead", "three of four Tuesdays are mine"),
    ),
    "nobody-speaks-up": (
        PlanWords("Hear problems before they are problems", "No bad news on Fridays", "I fill silences",
                  "the Monday round begins, before anyone speaks", "have everybody write one worry on a card", "at least three cards each Monday"),
    ),
    "the-talk-i-keep-putting-off": (
        PlanWords("Hold the talk this month", "We both know where we stand", "I hope that it passes",
                  "we sit in the small meeting room on Wednesday at two", "open with what I saw and stay silent for ten seconds", "the talk has taken place"),
    ),
}  # fmt: skip
