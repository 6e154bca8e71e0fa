"""What the pages of the directory import call the fields of a person and the kinds of problems."""

from django.utils.translation import gettext_lazy as _

from reconvene.people.directory.problems import ProblemKind

FIELD_WORDS = {
    "external_id": _("Number of the person or post"), "name": _("Full name"), "first_name": _("First name"), "last_name": _("Last name"),
    "email": _("Work address"), "job_title": _("Job title"), "level": _("Grade or title that tells the level"), "function": _("Department"),
    "site": _("Site"), "time_zone": _("Time zone"), "languages": _("Languages"), "manager_ref": _("Manager"), "country": _("Country"),
    "active": _("Works here (status)"), "end_date": _("Last day"),
}  # fmt: skip

CHANGE_WORDS = {**FIELD_WORDS, "external_id": _("Number"), "name": _("Name"), "level": _("Level"), "manager": _("Manager")}

KIND_WORDS = {
    ProblemKind.NO_KEY: _("No number and no address"), ProblemKind.DUPLICATE_ID: _("The same person twice"),
    ProblemKind.WRONG_WIDTH: _("Cells in wrong columns"), ProblemKind.LONG_ID: _("Number too long"), ProblemKind.BAD_MAIL: _("Not a mail address"),
    ProblemKind.SHARED_MAIL: _("Address of several people"), ProblemKind.MAIL_TAKEN: _("Address of somebody else here"),
    ProblemKind.ONLY_MAIL_TAKEN: _("Address of somebody else here, and no number"), ProblemKind.NO_NAME: _("Posts without a name"),
    ProblemKind.NO_MAIL: _("Without an address"), ProblemKind.UNKNOWN_ZONE: _("Unknown time zone"),
    ProblemKind.UNKNOWN_LANGUAGE: _("Unknown language"), ProblemKind.UNKNOWN_COUNTRY: _("Unknown country"),
    ProblemKind.UNKNOWN_LEVEL: _("Grade or title without a level"), ProblemKind.UNKNOWN_MANAGER: _("Manager not in the file"),
    ProblemKind.AMBIGUOUS_MANAGER: _("Manager not clear"), ProblemKind.SELF_MANAGER: _("Reports to themselves"),
    ProblemKind.BAD_PATH: _("No place in the hierarchy"), ProblemKind.CIRCLE: _("Reporting lines in a circle"), ProblemKind.BAD_DATE: _("Not a date"),
    ProblemKind.TOO_LONG: _("Text too long"), ProblemKind.FORMULA: _("Looks like a formula"), ProblemKind.LOST_LETTERS: _("Lost letters"),
}  # fmt: skip

DATE_WORDS = {"%Y-%m-%d": "2026-03-31", "%d.%m.%Y": "31.03.2026", "%d/%m/%Y": "31/03/2026", "%m/%d/%Y": "03/31/2026", "%d-%m-%Y": "31-03-2026",
               "%Y/%m/%d": "2026/03/31", "%d-%b-%Y": "31-Mar-2026", "%d %b %Y": "31 Mar 2026", "%Y%m%d": "20260331", "%d.%m.%y": "31.03.26",
               "%d/%m/%y": "31/03/26", "%m/%d/%y": "03/31/26"}  # fmt: skip
