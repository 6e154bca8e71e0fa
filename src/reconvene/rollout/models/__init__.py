"""Business cases and roll-outs, and the files that are made of them."""

from reconvene.rollout.models.cases import BusinessCase, read_figures, write_figures
from reconvene.rollout.models.printouts import Kind, Printout
from reconvene.rollout.models.projects import (
    Choice,
    Gate,
    Judgement,
    NeedsAnswer,
    Paper,
    PassedTest,
    Project,
    RefusedChange,
    StoryOffer,
    Task,
    read_lines,
    write_lines,
)

__all__ = [
    "BusinessCase",
    "Choice",
    "Gate",
    "Judgement",
    "Kind",
    "NeedsAnswer",
    "Paper",
    "PassedTest",
    "Printout",
    "Project",
    "RefusedChange",
    "StoryOffer",
    "Task",
    "read_figures",
    "read_lines",
    "write_figures",
    "write_lines",
]
