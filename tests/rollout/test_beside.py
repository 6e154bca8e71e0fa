from reconvene.rollout.beside import Pairing, pairings

TOPICS = [("giving-feedback", "B2", "Giving feedback", "People"), ("delegating", "B7", "Delegating", "Role")]


def test_a_topic_says_what_goes_first_and_which_courses_exist_on_it_or_on_all_of_its_category() -> None:
    courses = [
        ("Talks", "People", None),
        ("Feedback", "People", "giving-feedback"),
        ("Law", "Other", None),
        ("Handing over", "Role", "another"),
    ]

    assert pairings(TOPICS, {"giving-feedback": "course"}, courses) == [
        Pairing("giving-feedback", "Giving feedback", "People", "course", is_own=True, courses=("Talks", "Feedback")),
        Pairing("delegating", "Delegating", "Role", "feeds", is_own=False),
    ]
