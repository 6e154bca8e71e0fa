"""What `reconvene import-people` understands. Apart from the command itself, because the command line is built before Django is there."""

import argparse
from pathlib import Path

from reconvene.base.translation import gettext as _


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Everything but the organisation."""
    parser.add_argument("file", type=Path, help=_("CSV or XLSX from the HR system"))
    parser.add_argument("--mapping", type=Path, help=_("a saved column mapping (JSON); second files it names are looked for beside FILE"))
    parser.add_argument("--save-mapping", type=Path, help=_("write the mapping that was used to this file"))
    parser.add_argument("--nothing-if-bad", action="store_true", help=_("change nothing when a row cannot be taken"))
    parser.add_argument("--allow-leaving", action="store_true", help=_("also when more than 5 %% of the people are not in the file"))
    parser.add_argument("--dry-run", action="store_true", help=_("show what would change, and change nothing"))
    parser.add_argument("--encoding", help=_("instead of the detected one, such as cp1252"))
    parser.add_argument("--delimiter", help=_("instead of the detected one: , ; | or a tab"))
    parser.add_argument("--header-row", type=int, help=_("row of the headings as a spreadsheet counts, 0 for none"))
    parser.add_argument("--sheet", help=_("the sheet of a workbook, instead of the first"))
