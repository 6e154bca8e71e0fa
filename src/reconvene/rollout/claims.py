"""Controls that a document may claim: each with one sentence and the tests that show it to be active. Pure.

A document names a claim by its key; one that is not here cannot be written, and a test fails when a sentence about a control stands outside of it, or when
a test named here does not exist. `{k}` and the like are filled in from the live settings.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from reconvene.base.translation import gettext_noop as _


@dataclass(frozen=True)
class Claim:
    """One control: what the program does, and the tests that show it, as file::test."""

    sentence: str
    shown_by: tuple[str, ...]


CLAIMS: Mapping[str, Claim] = {
    "enough_people": Claim(
        _("A number is published only when %(k)s people or more from at least three groups stand behind it."),
        ("tests/privacy/test_disclosure.py::test_a_share_from_too_few_is_hidden_and_no_exact_count_is_ever_shown", "tests/privacy/test_disclosure.py::test_k_is_eight_or_the_largest_group_and_two"),
    ),
    "never_lowered": Claim(
        _("The number of people behind a figure may rise and is never lowered."),
        ("tests/releases/test_actions.py::test_k_grows_with_the_largest_group_and_is_never_lowered",),
    ),
    "rounded": Claim(
        _("Shares are rounded to five per cent and shown as “90 or more” or “10 or less” near the ends; answers that all agree look no different."),
        ("tests/privacy/test_disclosure.py::test_unanimous_answers_look_like_nine_in_ten", "tests/privacy/test_disclosure.py::test_shares_of_the_same_rounded_size_cannot_be_told_apart"),
    ),
    "no_subtraction": Claim(
        _("Within a table, no subtraction leads to fewer people than that."),
        ("tests/privacy/test_disclosure.py::test_no_published_table_lets_a_subtraction_isolate_fewer_than_k_people",),
    ),
    "frozen": Claim(
        _("Figures are taken once a month and change only when enough people have changed, so that nobody can watch a single group."),
        ("tests/releases/test_rules.py::test_a_share_changes_only_when_k_people_changed", "tests/releases/test_actions.py::test_publishing_twice_changes_nothing"),
    ),
    "report_log": Claim(
        _("Every opening of a report stands in a log with name and time."),
        ("tests/console/test_pages.py::test_every_opening_stands_in_the_log",),
    ),
    "no_content": Claim(
        _("L&D sees dates, seats and published figures; its pages have no way to topics of groups, to members’ words or to who sits where. Where a programme is reviewed, L&D looks at its groups before anybody is asked: by level, function and site; by name only when they let names be shown, which is written down for works council and data protection."),
        ("tests/console/test_workbench.py::test_the_page_holds_roles_and_steps_and_nobody_s_name_topic_words_or_id", "tests/console/test_workbench.py::test_names_are_shown_to_who_asked_written_down_and_listed_for_the_works_council", "tests/console/test_imports.py::test_the_console_imports_nothing_that_holds_content", "tests/console/test_pages.py::test_the_list_of_groups_shows_dates_and_seats_and_never_a_topic_or_a_member", "tests/rollout/test_papers.py::test_the_roll_out_imports_nothing_that_holds_content"),
    ),
    "stays_in_group": Claim(
        _("What a member writes in a group is shown to that group at most; nobody else in the organisation finds it, whatever their role."),
        ("tests/privacy/test_visibility.py::test_what_a_member_says_never_leaves_the_group", "tests/architecture/test_routes.py::test_a_stranger_of_the_same_organisation_finds_nothing"),
    ),
    "journal": Claim(
        _("Nobody but its author finds a journal, a private line of a plan or a check-in that was not shared."),
        ("tests/practice/test_views.py::test_nobody_else_sees_a_private_word", "tests/practice/test_views.py::test_a_line_goes_into_the_journal_and_out_as_a_file_and_nobody_else_finds_it"),
    ),
    "declined": Claim(
        _("Nobody is shown who has declined a seat."),
        ("tests/forming/test_seat_views.py::test_the_others_never_see_who_declined",),
    ),
    "mails": Claim(
        _("Messages hold nobody’s words; practice messages number eight in four weeks at most, and one tap pauses them."),
        ("tests/practice/test_actions.py::test_four_weeks_bring_these_mails_on_these_days_and_no_words_of_anybody", "tests/notices/test_rules.py::test_after_eight_messages_in_four_weeks_there_is_no_day", "tests/notices/test_views.py::test_opening_the_pause_link_changes_nothing_and_posting_to_it_pauses"),
    ),
    "noticing": Claim(
        _("While somebody writes, names of colleagues are noticed, and the writer decides: a role instead, or the name on purpose."),
        ("tests/challenges/test_views.py::test_a_colleagues_name_asks_once_for_a_decision_and_then_the_decision_stands",),
    ),
    "no_model": Claim(
        _("The program contains no language model and no part that records speech or reads feelings."),
        ("tests/rollout/test_papers.py::test_there_is_no_language_model_and_nothing_that_records",),
    ),
    "reasons": Claim(
        _("Groups are found by rules and a search; each invitation says its reasons in words."),
        ("tests/forming/test_seat_views.py::test_an_invited_person_sees_the_table_the_reasons_and_both_dates_without_an_account",),
    ),
    "leavers": Claim(
        _("Whoever has left a group finds nothing of it any more."),
        ("tests/architecture/test_routes.py::test_who_left_the_group_finds_nothing_of_it",),
    ),
    "no_lines": Claim(
        _("Nobody sits in a group with somebody whom they lead or who leads them, at any distance."),
        ("tests/matching/test_constraints.py::test_a_reporting_line_is_seen_at_any_depth_and_either_way",),
    ),
    "private_wish": Claim(
        _("A wish not to sit with somebody looks from outside exactly like a reporting line."),
        ("tests/matching/test_constraints.py::test_a_private_wish_looks_exactly_like_a_reporting_line",),
    ),
    "pseudonyms": Claim(
        _("Answers to questionnaires are kept under a pseudonym, without the id of a person or a group."),
        ("tests/surveys/test_actions.py::test_no_id_of_a_person_or_group_is_in_the_row",),
    ),
    "every_author": Claim(
        _("A strategy is published only when each of its authors has agreed; one no is enough and leaves no trace."),
        ("tests/rooms/test_reconvene_on_paper.py::test_one_no_is_enough_and_leaves_no_trace", "tests/rooms/test_reconvene_on_paper.py::test_who_has_not_answered_has_not_agreed"),
    ),
    "no_way_back": Claim(
        _("No row, log or export leads from a published strategy back to a person or a group."),
        ("tests/rooms/test_settling.py::test_no_row_job_log_export_or_search_leads_from_what_was_published_to_a_person_or_a_group",),
    ),
    "telling": Claim(
        _("Before a group agrees to publish, names, roles, places, dates and exact numbers are marked."),
        ("tests/rooms/test_settling.py::test_before_consent_what_gives_people_away_is_marked_in_words_and_blocks_nothing",),
    ),
    "locked": Claim(
        _("The database itself keeps organisations apart, also when the program errs."),
        ("tests/base/test_tenancy.py::test_every_table_with_an_organisation_is_locked_with_force", "tests/base/test_tenancy.py::test_another_organisations_rows_cannot_be_changed_or_deleted"),
    ),
    "logs": Claim(
        _("Codes of rooms and signed links are left out of the program’s own log."),
        ("tests/base/test_logs.py::test_codes_and_links_are_left_out_and_nothing_else",),
    ),
    "chat_no_words": Claim(
        _("Slack and Teams get a subject and a signed link, and nobody’s words."),
        ("tests/integrations/channels/test_chats.py::test_slack_finds_the_person_by_mail_address_and_gets_a_subject_and_a_signed_link_and_no_words",),
    ),
    "gate_fixed": Claim(
        _("Signed lines cannot be changed; whoever tries stands in a record with name and time."),
        ("tests/rollout/test_gates.py::test_a_signed_gate_is_not_changed_and_the_attempt_is_recorded",),
    ),
    "two_sign": Claim(
        _("Two different people sign, one for the line and one for L&D, before the phase begins."),
        ("tests/rollout/test_gates.py::test_two_people_sign_before_the_phase_begins",),
    ),
    "survey_once": Claim(
        _("The needs survey keeps neither who answered nor when; its result is published once, and the answers are deleted then."),
        ("tests/rollout/test_survey.py::test_nothing_is_kept_of_who_answered_and_the_answers_go_when_it_is_closed",),
    ),
    "stories": Claim(
        _("L&D sees a story only when the manager has offered it; taken back, the offer is gone."),
        ("tests/rollout/test_stories.py::test_only_those_who_offer_are_seen_and_an_offer_taken_back_is_gone",),
    ),
}  # fmt: skip

LIMITS = {
    "server": _("Whoever runs the server can read the database and its backups. Texts are not encrypted column by column."),
    "retention": _("No text is deleted by itself yet; busy times of calendars are."),
    "rights": _("Export and erasure of one’s own data are not in the program yet; those who run the server do it by hand."),
    "guess": _("The rules for numbers stop exact sums. They cannot stop a guess by somebody who knows a lot already."),
    "known": _("Three to six people know each other. Without a name, one may still be known by what one says."),
    "ledger": _(
        "Every published number is audited beside all others. In none of a thousand companies that we made up to try it could anybody be found out, not even "
        "by somebody who knew of each number who stood behind it; that is a trial and no proof."
    ),
}
"""What the program does not do. Said in every document that claims what it does."""
