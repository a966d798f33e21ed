"""Our frozen records as plain JSON and back, in the form that bags have; a bag outlives the store."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from enum import Enum
from types import NoneType, UnionType
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

from hunter.errors import InputError

Record = TypeVar("Record")


def to_plain(value: Any) -> Any:
    """A record, or anything made of records, as JSON can hold it: bytes in Base64, times in ISO 8601."""
    if is_dataclass(value) and not isinstance(value, type):
        return {f.name: to_plain(getattr(value, f.name)) for f in fields(value)}
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(k): to_plain(v) for k, v in value.items()}
    if isinstance(value, tuple | list):
        return [to_plain(v) for v in value]
    return value


def from_plain(kind: type[Record], plain: Any) -> Record:
    """The record that `to_plain` was given. Raises InputError where the JSON has another shape."""
    try:
        made: Record = _read(kind, plain)
    except (TypeError, ValueError, KeyError, AttributeError) as exc:
        raise InputError(f"this is no {kind.__name__} of ours: {exc}") from exc
    return made


def _read(kind: Any, plain: Any) -> Any:
    origin, inner = get_origin(kind), get_args(kind)
    if origin in (Union, UnionType):
        if plain is None and NoneType in inner:
            return None
        return _read(next(k for k in inner if k is not NoneType), plain)
    if isinstance(kind, type) and is_dataclass(kind):
        hints = get_type_hints(kind)
        known = {f.name for f in fields(kind)}
        made: Any = kind
        return made(**{k: _read(hints[k], v) for k, v in plain.items() if k in known})
    if origin is tuple:
        if len(inner) == 2 and inner[1] is Ellipsis:
            return tuple(_read(inner[0], v) for v in plain)
        return tuple(_read(k, v) for k, v in zip(inner, plain, strict=True))
    if origin is not None and issubclass(origin, Mapping):
        return {k: _read(inner[1], v) for k, v in plain.items()}
    if kind is bytes:
        return base64.b64decode(plain, validate=True)
    if kind in (date, datetime):
        return kind.fromisoformat(plain)
    if isinstance(kind, type) and issubclass(kind, Enum):
        return kind(plain)
    if kind is float and isinstance(plain, int) and not isinstance(plain, bool):
        return float(plain)
    if not isinstance(plain, kind) or (kind is int and isinstance(plain, bool)):
        raise TypeError(f"{str(plain)[:40]!r} is no {kind.__name__}")
    return plain
