"""Exceptions: one base, one class per family. Defined in Python so that they pickle, from a worker to its caller."""

from __future__ import annotations


class RecoursError(Exception):
    """What went wrong, in the words of the command line (French).

    ``str(error)`` is what the command prints. No attribute ever holds a value of a record.

    Attributes
    ----------
    code : str
        Stable code, explained in ``docs/fr/codes.md``.
    message : str
        What happened and where; several lines when there are several faults.
    advice : str or None
        What to do.
    file : str or None
        The file, or the name of the argument for a table in memory.
    line : int or None
        The line in a file of rules, the row (from 1) in a table.
    column : int, str or None
        The column in a file of rules (from 1), the column's name in a table.

    Examples
    --------
    >>> try:
    ...     recours.Rules.builtin(on="tomorrow")
    ... except recours.RecoursError as error:
    ...     print(type(error).__name__, error.code)
    UsageError E-PYTHON-007
    """

    def __init__(
        self,
        code: str,
        message: str,
        advice: str | None = None,
        file: str | None = None,
        line: int | None = None,
        column: int | str | None = None,
    ) -> None:
        super().__init__(code, message, advice, file, line, column)
        self.code = code
        self.message = message
        self.advice = advice
        self.file = file
        self.line = line
        self.column = column

    def __str__(self) -> str:
        text = f"erreur {self.code} : {self.message}"
        return text if self.advice is None else f"{text}\n  → {self.advice}"


class RulesError(RecoursError):
    """The thing checked has faults: rules, a mission (exit code 1 of the command line).

    Examples
    --------
    >>> issubclass(recours.RulesError, recours.RecoursError)
    True
    """


class UsageError(RecoursError, ValueError):
    """A wrong argument (exit code 2).

    Examples
    --------
    >>> issubclass(recours.UsageError, ValueError)
    True
    """


class RefusedInput(RecoursError, ValueError):
    """An input was refused, and nothing was written (exit code 3).

    Examples
    --------
    >>> try:
    ...     recours.Mission("no/such/mission.toml")
    ... except recours.RefusedInput as error:
    ...     print(error.advice is not None)
    True
    """


class MachineError(RecoursError, RuntimeError):
    """The machine failed, and nothing was left behind: disk full, a fault of the program (exit code 4).

    Examples
    --------
    >>> issubclass(recours.MachineError, RuntimeError)
    True
    """


class Interrupted(MachineError):
    """``progress`` answered ``False`` and the work stopped; nothing was left behind. Ctrl-C raises ``KeyboardInterrupt``.

    Examples
    --------
    >>> issubclass(recours.Interrupted, recours.MachineError)
    True
    """


class RecoursNote(UserWarning):
    """What the command line says beside its result, in French: facts that nobody brings, rules soon out of date.

    ``warnings.simplefilter("ignore", recours.RecoursNote)`` silences them.

    Examples
    --------
    >>> issubclass(recours.RecoursNote, UserWarning)
    True
    """


for _error in (RecoursError, RulesError, UsageError, RefusedInput, MachineError, Interrupted, RecoursNote):
    # The name under which users know them, in tracebacks and in pickles.
    _error.__module__ = "recours"
