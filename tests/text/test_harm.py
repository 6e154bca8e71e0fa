"""Harm in somebody's own words: what is plainly said is seen, and everyday words for other things are not."""

import pytest

from reconvene.text.harm import Harm, harm_in

SAID = {
    Harm.LIFE: [
        "One of my drivers wants to kill himself and I do not know what to say.",
        "Since the divorce she cannot see a reason to go on living.",
        "He said he doesn't want to live any more.",
        "Our foreman took his own life in March.",
        "My colleague is cutting herself, I saw her arms.",
        "Ein Mitarbeiter hat gesagt, dass er nicht mehr leben will.",
        "Er will nicht mehr leben, sagt er.",
        "Sie spricht davon, sich das Leben zu nehmen.",
        "Er droht, sich etwas anzutun.",
        "Er will sich umbringen.",
        "Ich habe Angst, dass er sich was antun könnte. Sie redet von Suizid.",
    ],
    Harm.BODY: [
        "My boss puts his hand on my back whenever nobody looks.",
        "A waiter touches the girls, and he touched me, too.",
        "She was groped at the Christmas party by a client.",
        "Sexual remarks in the workshop every day.",
        "A patient punched a nurse last night.",
        "He threatened to hurt me after the shift.",
        "Mein Abteilungsleiter fasst mir an die Schulter und macht Bemerkungen über mein Aussehen.",
        "Er hat sie begrapscht, und keiner sagt etwas.",
        "Ein Kollege belästigt die Auszubildende.",
        "Der Kunde hat mir ins Gesicht geschlagen, er hat mich geschlagen.",
    ],
    None: [
        "This project kills me, and the deadline is dead.",
        "To say no to him would be career suicide, and this job takes my life.",
        "He cut himself with the slicer, and nobody wrote it down.",
        "In the meeting we touched on pay, and it hit me that nobody knew.",
        "My boss has a hand in everything. He kicked me off the project and hits them with new targets.",
        "They work themselves to death and I have to beat the competition.",
        "She sees no reason to live in the city for this job.",
        "I could kill for a quiet hour. We slapped a label on it.",
        "Er hat etwas vorgeschlagen, und ich habe mich an die Arbeit gemacht.",
        "Meine Chefin bringt mich um den Schlaf, und wir werden von der Konkurrenz geschlagen.",
        "Von diesem Lohn kann man nicht mehr leben.",
        "Wir leben nicht mehr in den neunziger Jahren.",
        "Life in our warehouse has no point without good shoes.",
        "",
    ],
}


@pytest.mark.parametrize(("harm", "text"), [(harm, text) for harm, texts in SAID.items() for text in texts])
def test_what_is_plainly_said_is_seen_and_everyday_words_are_left_alone(harm: Harm | None, text: str) -> None:
    assert harm_in(text) is harm
