"""What people do with papers: write, submit, act on a step, return, file."""

from objectives.actions.acting import AlreadyDone, act_without_signature, enrol_and_sign, refuse_twice, send_back, sign
from objectives.actions.filing import file_paper
from objectives.actions.submitting import submit
from objectives.actions.writing import (
    Overtaken,
    add_objective,
    begin,
    move_objective,
    remove_objective,
    save_benchmark,
    save_consultation,
    save_objective,
)

__all__ = [
    "AlreadyDone",
    "Overtaken",
    "act_without_signature",
    "add_objective",
    "begin",
    "enrol_and_sign",
    "file_paper",
    "move_objective",
    "refuse_twice",
    "remove_objective",
    "save_benchmark",
    "save_consultation",
    "save_objective",
    "send_back",
    "sign",
    "submit",
]
