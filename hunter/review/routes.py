"""Which address leads where, and who may go there. Every change of anything is a POST."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from starlette.responses import Response

from hunter.review.desk import Visit
from hunter.review.sessions import Role
from hunter.review.views import cases, doors, lists, queues


class Way(NamedTuple):
    """One address. `role` is the least that one must be; None: everybody, signed in or not."""

    method: str
    path: str
    handle: Callable[[Visit], Response]
    role: Role | None


WAYS = (
    Way("GET", "/", queues.show_queue, Role.READER),
    Way("GET", "/suspects/{number:int}", cases.show_case, Role.READER),
    Way("GET", "/suspects/{number:int}/links/{which:int}", cases.leave_for, Role.READER),
    Way("GET", "/decisions", lists.show_decisions, Role.READER),
    Way("GET", "/allowances", lists.show_allowances, Role.READER),
    Way("GET", "/runs", lists.show_runs, Role.READER),
    Way("GET", "/numbers", lists.show_numbers, Role.READER),
    Way("GET", "/help", lists.show_help, Role.READER),
    Way("GET", "/pictures/{sha256:str}/{size:str}", doors.send_picture, Role.READER),
    Way("GET", "/static/{name:str}", doors.send_file, None),
    Way("GET", "/enter", doors.show_door, None),
    Way("POST", "/enter", doors.enter, None),
    Way("POST", "/leave", doors.leave, None),
    Way("POST", "/judgements", queues.judge_rows, Role.REVIEWER),
    Way("POST", "/judgements/withdraw", queues.undo, Role.REVIEWER),
    Way("POST", "/assignments", queues.take_rows, Role.REVIEWER),
    Way("POST", "/suspects/{number:int}/status", cases.move, Role.REVIEWER),
    Way("POST", "/suspects/{number:int}/allowance", cases.allow, Role.LEAD),
    Way("POST", "/allowances/{number:int}/end", lists.end_allowance, Role.LEAD),
)
