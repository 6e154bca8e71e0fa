"""The room's state as JSON and back, exactly. Called by rooms.models only."""

from collections.abc import Mapping
from dataclasses import fields
from datetime import UTC, datetime
from typing import Any

from reconvene.rooms.budget import PartTime, StepTime
from reconvene.rooms.state import RoomState

MOMENTS = frozenset(field.name for field in fields(RoomState) if field.name.endswith("_at"))


def to_json(state: RoomState) -> dict[str, Any]:
    """Plain numbers, texts, lists and dicts; moments as ISO text in UTC with microseconds."""
    steps = [{**vars(step), "parts": [dict(vars(part)) for part in step.parts]} for step in state.steps]
    plain = {name: value.astimezone(UTC).isoformat() if isinstance(value, datetime) else value for name, value in vars(state).items()}
    return {**plain, "steps": steps}


def from_json(raw: Mapping[str, Any]) -> RoomState:
    """The state that `to_json` was given. Raises KeyError or TypeError for anything else."""
    plain: dict[str, Any] = {}
    for name, value in raw.items():
        if name in MOMENTS:
            plain[name] = datetime.fromisoformat(value) if value else None
        elif name == "steps":
            plain[name] = tuple(_step(step) for step in value)
        elif name == "taken":
            plain[name] = tuple((key, seconds) for key, seconds in value)
        else:
            plain[name] = tuple(value) if isinstance(value, list | tuple) else value
    return RoomState(**plain)


def _step(raw: Mapping[str, Any]) -> StepTime:
    return StepTime(**{**raw, "parts": tuple(PartTime(**part) for part in raw["parts"])})
