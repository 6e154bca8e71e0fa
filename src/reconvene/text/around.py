"""What people say around their topic: greetings, who they are, how large the company is, that they ask for advice. Used by text.finding.

A sentence that is near to these counts little, whatever words it shares with a guide.
"""

from pathlib import Path

AROUND = tuple(Path(__file__).with_name("around.txt").read_text(encoding="utf-8").splitlines())
