import os
import re
import subprocess
import sys
from pathlib import Path

PAGE = Path(__file__).parents[2] / "docs" / "matching.md"


def test_the_examples_of_the_page_run_by_themselves_without_django_or_a_database(tmp_path: Path) -> None:
    program = tmp_path / "example.py"
    blocks = re.findall(r"```python\n(.*?)```", PAGE.read_text(), re.DOTALL)
    program.write_text("\n".join([*blocks, "import sys", "print('django' in sys.modules)"]))
    bare = {name: value for name, value in os.environ.items() if not name.startswith(("DJANGO", "RECONVENE", "DATABASE"))}

    done = subprocess.run([sys.executable, program], env=bare, capture_output=True, text=True, check=False)

    lines = done.stdout.splitlines()
    assert (done.returncode, done.stderr) == (0, "")
    assert lines[-1] == "False"
    assert sum("functions sit at this table" in line for line in lines) == 2
    assert not any("Ada" in line and "Ben" in line for line in lines)
