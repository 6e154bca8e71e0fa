"""A text in Markdown as pieces for setting it in pages. Pure; called for printouts of documents."""

from reconvene.base.typesetting import Block


def blocks(text: str) -> list[Block]:
    """A text in Markdown as pieces: headings, paragraphs, points and tables. Whatever else was typed is a paragraph as it stands."""
    found: list[Block] = []
    for piece in text.replace("\r\n", "\n").split("\n\n"):
        lines = [line.rstrip() for line in piece.strip("\n").split("\n") if line.strip()]
        if not lines:
            continue
        if all(line.startswith("|") for line in lines):
            rows = [tuple(cell.strip() for cell in line.strip("|").split("|")) for line in lines]
            kept = [row for row in rows if not all(set(cell) <= set("-: ") and cell for cell in row)]
            width = max((len(row) for row in kept), default=0)
            if width:
                found.append(Block("table", rows=tuple((*row, *("",) * (width - len(row))) for row in kept)))
        elif all(line.lstrip().startswith("- ") for line in lines):
            found.append(Block("points", items=tuple(line.lstrip()[2:] for line in lines)))
        else:
            found += [_line(line) for line in lines]
    return found


def _line(line: str) -> Block:
    if line.startswith("# "):
        return Block("title", line[2:])
    if line.startswith(("## ", "### ")):
        return Block("heading", line.lstrip("#").strip())
    if line.lstrip().startswith("- "):
        return Block("points", items=(line.lstrip()[2:],))
    return Block("prose", line.strip())
