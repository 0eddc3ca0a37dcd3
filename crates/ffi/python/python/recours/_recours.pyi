from collections.abc import Callable
from datetime import date
from os import PathLike
from pathlib import Path
from typing import Any, Literal, Protocol, TypeAlias, final, type_check_only

@type_check_only
class _Stream(Protocol):

    def __arrow_c_stream__(self, requested_schema: Any=None) -> Any:
        ...

@type_check_only
class _Array(Protocol):

    def __arrow_c_array__(self, requested_schema: Any=None) -> Any:
        ...
_Arrow: TypeAlias = _Stream | _Array
_Path: TypeAlias = str | PathLike[str]
_Progress: TypeAlias = Callable[[str, int, int | None], bool | None]
__all__ = ['Detection', 'Mission', 'demo', 'passphrase', 'threads', 'Rules', 'Table', 'features', '__version__']
__version__: str
features: tuple[Literal['complet', 'host']]

@final
class Table:
    """Rows in Arrow, as every function of this module returns them. Immutable.

    Hand it to any library that reads Arrow: ``polars.DataFrame(t)``, ``pyarrow.table(t)``, ``duckdb.from_arrow(t)``,
    ``pandas.DataFrame.from_arrow(t)``. Nothing is copied, and a table may be handed over as often as wanted.

    ``Table(data)`` keeps what ``data`` gives: any object with ``__arrow_c_stream__`` or ``__arrow_c_array__``. Use it to give a
    stream, which can only be read once, to several functions.

    Raises
    ------
    UsageError
        ``E-PYTHON-001``: ``data`` is not an Arrow object.
    RefusedInput
        ``E-TABLE-027``: a stream that was already read; ``E-TABLE-028``: the source failed; ``E-PYTHON-003``: not a table.

    Examples
    --------
    >>> people = recours.Table(polars.DataFrame({"person_id": ["p1", "p2"], "age": [31, 4]}))
    >>> people
    <recours.Table 2 rows: person_id, age>
    >>> len(people), people.column_names
    (2, ['person_id', 'age'])
    """

    def __new__(cls, data: _Arrow) -> Table:
        ...

    @property
    def num_rows(self) -> int:
        """Number of rows.

        Examples
        --------
        >>> recours.Table(polars.DataFrame({"age": [31, 4]})).num_rows
        2
        """

    @property
    def column_names(self) -> list[str]:
        """Names of the columns, in order.

        Examples
        --------
        >>> recours.Rules.builtin(on="2026-10-01").rights().column_names[:2]
        ['right', 'label']
        """

    def __len__(self) -> int:
        ...

    def __arrow_c_schema__(self) -> Any:
        ...

    def __arrow_c_stream__(self, requested_schema: Any=None) -> Any:
        ...

@final
class Rules:
    """A rule pack, read, checked, and put at a day. Immutable; may be used by several threads at once.

    Parameters
    ----------
    path : str or os.PathLike
        Folder of the pack, as ``rules/fr``.
    on : datetime.date or str
        The day of the evaluation, ``AAAA-MM-JJ``. Its month is M; ages are taken on its first day.
    overlay : str or os.PathLike, optional
        A file that replaces parameters, windows and clauses by name.

    Raises
    ------
    RulesError
        The rules have faults; ``file``, ``line`` and ``column`` are those of the first, the message shows all.
    UsageError
        ``E-PYTHON-007``: ``on`` is not a day.
    RefusedInput
        The folder cannot be read.

    Examples
    --------
    >>> rules = recours.Rules("rules/fr", on="2026-10-01")
    >>> rules.day
    datetime.date(2026, 10, 1)
    >>> recours.Rules("rules/fr", on="2026-13-01")
    Traceback (most recent call last):
    recours.UsageError: erreur E-PYTHON-007 : on : date du calendrier attendue, AAAA-MM-JJ.
      → Donnez un texte comme "2026-10-01", ou un datetime.date.
    """

    def __new__(cls, path: _Path, *, on: date | str, overlay: _Path | None=None) -> Rules:
        ...

    @staticmethod
    def builtin(*, on: date | str) -> Rules:
        """The French rule pack that ships inside the wheel, at a day. Same parameters and errors as the class.

        Examples
        --------
        >>> rules = recours.Rules.builtin(on="2026-10-01")
        >>> rules.fingerprint == recours.Rules("rules/fr", on="2026-10-01").fingerprint
        True
        """

    @property
    def day(self) -> date:
        """The day of the evaluation, a ``datetime.date``.

        Examples
        --------
        >>> recours.Rules.builtin(on=datetime.date(2026, 10, 1)).day.isoformat()
        '2026-10-01'
        """

    @property
    def fingerprint(self) -> str:
        """BLAKE3 hash of the rule files, 64 hexadecimal digits: the one that missions sign.

        Examples
        --------
        >>> len(recours.Rules.builtin(on="2026-10-01").fingerprint)
        64
        """

    def rights(self) -> Table:
        """The rights that the rules know.

        Returns
        -------
        Table
            One row a right: ``right``, ``label``, ``kind`` (``droit`` or ``rupture``), ``unit`` (``personne`` or ``foyer``), ``body`` that
            pays, ``rule`` (id@version), ``source`` (its article).

        Examples
        --------
        >>> rights = polars.DataFrame(recours.Rules.builtin(on="2026-10-01").rights())
        >>> rights.filter(polars.col("right") == "rsa")["unit"].to_list()
        ['foyer']
        """

    def needs(self) -> Table:
        """The columns that :meth:`evaluate` reads, and the rights that need each.

        Returns
        -------
        Table
            One row a column: ``column``, ``table`` (``persons`` or ``households``), ``type`` (``number``, ``boolean``, ``date``,
            ``date_or_none``, ``code``), ``unit``, ``allowed`` (codes of a closed list), ``holders`` (bodies that hold it), ``rights``.

        Examples
        --------
        >>> needs = polars.DataFrame(recours.Rules.builtin(on="2026-10-01").needs())
        >>> sorted(needs["table"].unique())
        ['households', 'persons']
        """

    def evaluate(self, persons: _Arrow, households: _Arrow, validation: bool=False, progress: _Progress | None=None) -> Table:
        """Rights and amounts of known households: what ``recours evaluate`` writes, row for row.

        A missing column or a null is a fact that nobody knows, never a zero. A right already received answers ``acquis`` and
        nothing more, a right that is not open has no row.

        Parameters
        ----------
        persons : object with ``__arrow_c_stream__`` or ``__arrow_c_array__``
            One row a person: ``person_id``, ``household_id`` and the columns of :meth:`needs`. Amounts in euros a month unless
            the column says otherwise; days as dates or ``AAAA-MM-JJ``.
        households : same
            One row a household: ``household_id`` and its columns.
        validation : bool
            For reference data only, never for real people: one row for every unit and right, receipt ignored.
        progress : callable, optional
            ``progress(step, done, total)``, called in this thread a few times a second; ``total`` may be ``None``. Answering
            ``False`` stops the work; what it raises comes out of this call. Ctrl-C stops the work too.

        Returns
        -------
        Table
            ``household_id``, ``person_id`` (null on rows of a household), ``right``, ``entitled`` (``oui``, ``inconnu``,
            ``acquis``; ``non`` with ``validation``), ``amount_low`` and ``amount_high`` in euros per ``period``, ``missing``,
            ``settle`` and the columns that a finding would have.

        Raises
        ------
        RefusedInput
            A column or a cell cannot be read; ``file`` is ``persons`` or ``households``, ``column`` a name, ``line`` a row from 1.
        Interrupted
            ``E-ARRET-001``: ``progress`` answered ``False``.

        Examples
        --------
        >>> rules = recours.Rules.builtin(on="2026-10-01")
        >>> people = polars.DataFrame({
        ...     "person_id": ["p1"], "household_id": ["h1"], "date_naissance": ["1980-05-02"], "role": ["demandeur"],
        ... })
        >>> homes = polars.DataFrame({"household_id": ["h1"], "recu_rsa": [0.0]})
        >>> answers = polars.DataFrame(rules.evaluate(people, homes))
        >>> answers.filter(polars.col("right") == "rsa")["entitled"].to_list()
        ['inconnu']
        """

    def explain(self, persons: _Arrow, households: _Arrow, household: str, rights: list[str] | None=None, validation: bool=False) -> str:
        """Why one household has its answers, clause by clause, in French. **This text holds the household's values.**

        Parameters
        ----------
        persons, households, validation
            As for :meth:`evaluate`.
        household : str
            Its ``household_id``.
        rights : list of str, optional
            These rights only.

        Raises
        ------
        RefusedInput
            ``E-EVALUER-002``: no such household.
        UsageError
            ``E-EVALUER-004``: no such right.

        Examples
        --------
        >>> rules = recours.Rules.builtin(on="2026-10-01")
        >>> people = polars.DataFrame({"person_id": ["p1"], "household_id": ["h1"], "age": [46]})
        >>> homes = polars.DataFrame({"household_id": ["h1"]})
        >>> print(rules.explain(people, homes, "h1", rights=["rsa"]).splitlines()[0][:8])
        Foyer h1
        """

@final
class Mission:
    """A mission, read from its ``mission.toml`` and checked. Immutable; may be used by several threads at once.

    Paths inside the mission are relative to its file. Where ``out`` may be left out, results go where the command line puts
    them, and appear whole or not at all.

    Parameters
    ----------
    path : str or os.PathLike
        The ``mission.toml``.

    Raises
    ------
    RulesError
        The mission or its rules have faults.
    RefusedInput
        The file cannot be read.

    Examples
    --------
    >>> mission = recours.Mission("demo/mission.toml")
    >>> mission.bodies
    ['caf', 'msa', 'cpam', 'carsat', 'france_travail', 'departement']
    """

    def __new__(cls, path: _Path) -> Mission:
        ...

    @property
    def name(self) -> str:
        """The mission's name.

        Examples
        --------
        >>> isinstance(recours.Mission("demo/mission.toml").name, str)
        True
        """

    @property
    def bodies(self) -> list[str]:
        """Identifiers of the bodies, in the mission's order.

        Examples
        --------
        >>> "caf" in recours.Mission("demo/mission.toml").bodies
        True
        """

    def plan(self) -> Table:
        """The columns that each body must bring, no finer than the rules need.

        Returns
        -------
        Table
            One row a body and column: ``body``, ``column``, ``grain`` (how coarse it is sent, a sentence), ``rights`` that need it.

        Examples
        --------
        >>> plan = polars.DataFrame(recours.Mission("demo/mission.toml").plan())
        >>> plan.filter(polars.col("body") == "caf").height > 0
        True
        """

    def seal(self, body: str, tables: dict[str, Any] | None=None, out: _Path | None=None, progress: _Progress | None=None) -> str:
        """At a body: turns its extract into tokens and attributes, encrypted for the linkage unit and for the host.

        Columns that no rule needs are left out, and the report names them.

        Parameters
        ----------
        body : str
            One of :attr:`bodies`.
        tables : dict of str to Arrow object, optional
            The body's tables in place of its files: by the name of the file that the mission gives, without folder and extension
            (``"personnes"`` for ``extrait/personnes.parquet``), with the body's own column names.
        out : str or os.PathLike, optional
            Folder of the delivery.
        progress : callable, optional
            As for :meth:`Rules.evaluate`.

        Returns
        -------
        str
            The report, in French: counts, columns kept and left out.

        Raises
        ------
        UsageError
            No such body or table.
        RefusedInput
            A column is missing or cannot be read.

        Examples
        --------
        >>> mission = recours.Mission("demo/mission.toml")
        >>> report = mission.seal("cpam", out="sealed")
        """

    def link(self, out: _Path | None=None, memory: int | None=None, progress: _Progress | None=None) -> str:
        """At the linkage unit: tokens become handles. It sees no attribute.

        Parameters
        ----------
        out : str or os.PathLike, optional
            Folder of the linkage.
        memory : int, optional
            Bytes beyond which rows are put aside on the disk.
        progress : callable, optional
            As for :meth:`Rules.evaluate`.

        Returns
        -------
        str
            The report, in French: counts of links.

        Examples
        --------
        >>> report = recours.Mission("demo/mission.toml").link(out="linked")
        """

    def detect(self, out: _Path | None=None, memory: int | None=None, progress: _Progress | None=None) -> Detection:
        """At the host: rules over linked, nameless records.

        Parameters
        ----------
        out : str or os.PathLike, optional
            Folder of ``findings.parquet``, ``receipt.json`` and the auditor's encrypted trace.
        memory : int, optional
            Bytes not to exceed: people are judged in as many parts as that takes, one after the other.
        progress : callable, optional
            As for :meth:`Rules.evaluate`.

        Returns
        -------
        Detection
            The findings, the receipt and a summary. Same bytes as ``recours detect``, whatever the threads.

        Raises
        ------
        RulesError
            The rules are not those that were signed into the mission.
        RefusedInput
            A delivery is missing, altered, or finer than the rules need.

        Examples
        --------
        >>> found = recours.Mission("demo/mission.toml").detect()
        >>> polars.DataFrame(found.findings)["kind"].unique().sort().to_list()
        ['non_recours', 'rupture']
        """

    def split(self, parts: int, out: _Path, progress: _Progress | None=None) -> list[Path]:
        """At the host: the deliveries, opened and checked once, cut into parts in which every household is whole.

        The files hold nameless facts in clear, readable by this user only: delete them when the work is done.

        Parameters
        ----------
        parts : int
            How many.
        out : str or os.PathLike
            Folder of the parts.
        progress : callable, optional
            As for :meth:`Rules.evaluate`.

        Returns
        -------
        list of pathlib.Path
            One file a part, for :meth:`detect_part`.

        Examples
        --------
        >>> mission = recours.Mission("demo/mission.toml")
        >>> parts = mission.split(3, out="parts")
        >>> found = mission.merge([mission.detect_part(part) for part in parts])
        >>> found.num_rows == mission.detect().findings.num_rows
        True
        """

    def public_files(self) -> list[Path]:
        """What :meth:`detect_part` needs besides a part, on any machine: the mission, its public keys and its rules. None is secret.

        Returns
        -------
        list of pathlib.Path
            Files; a copy must keep their places relative to the first, the mission's.

        Examples
        --------
        >>> [file.name for file in recours.Mission("demo/mission.toml").public_files()][:2]
        ['mission.toml', 'identifiants.toml']
        """

    def detect_part(self, path: _Path, progress: _Progress | None=None) -> Table:
        """Findings of one part of :meth:`split`, on any machine that has the mission with its rules and public keys. It needs no secret.

        Parameters
        ----------
        path : str or os.PathLike
            The part; its signature by the host is checked, and that it is of this mission and these rules.
        progress : callable, optional
            As for :meth:`Rules.evaluate`.

        Returns
        -------
        Table
            The columns of :attr:`Detection.findings`.

        Examples
        --------
        >>> mission = recours.Mission("demo/mission.toml")
        >>> [part] = mission.split(1, out="parts")
        >>> mission.detect_part(part).num_rows == mission.detect().findings.num_rows
        True
        """

    def detect_rows(self, rows: _Arrow, progress: _Progress | None=None) -> Table:
        """Findings of the rows of one part or several, given as a stream instead of files: each part whole, parts in any order.

        Only the rows' bond with the mission is checked, not who wrote them: prefer :meth:`detect_part` where files can be read.

        Parameters
        ----------
        rows : object with ``__arrow_c_stream__`` or ``__arrow_c_array__``
            The rows of the files of :meth:`split`, with all their columns.
        progress : callable, optional
            As for :meth:`Rules.evaluate`.

        Returns
        -------
        Table
            The columns of :attr:`Detection.findings`.

        Raises
        ------
        RefusedInput
            ``E-PARTIE-001`` to ``003``: other rules, a part that is not whole, a body that did not deliver.

        Examples
        --------
        >>> mission = recours.Mission("demo/mission.toml")
        >>> [part] = mission.split(1, out="parts")
        >>> mission.detect_rows(polars.read_parquet(part)).num_rows == mission.detect_part(part).num_rows
        True
        """

    def merge(self, tables: _Arrow | list[Any]) -> Table:
        """Findings of all parts as one table, in the order of ``findings.parquet``.

        Parameters
        ----------
        tables : list of Arrow objects, or one
            What :meth:`detect_part` or :meth:`detect_rows` gave, in any order.

        Returns
        -------
        Table
            The rows that :meth:`detect` would write.

        Raises
        ------
        RefusedInput
            ``E-PARTIE-004``: not findings, or the same part twice.

        Examples
        --------
        >>> mission = recours.Mission("demo/mission.toml")
        >>> found = mission.detect().findings
        >>> polars.DataFrame(mission.merge([found])).equals(polars.DataFrame(found))
        True
        """

    def explain(self, findings: _Path, unit: str | bytes) -> str:
        """Why a unit is among the findings, clause by clause, in French. **This text holds the values of its record.**

        Parameters
        ----------
        findings : str or os.PathLike
            The ``findings.parquet`` of :meth:`detect`.
        unit : str or bytes
            Its handle: 32 hexadecimal digits, or the 16 bytes of column ``unit``.

        Raises
        ------
        RefusedInput
            The findings have no such unit, or it is not a handle.

        Examples
        --------
        >>> mission = recours.Mission("demo/mission.toml")
        >>> found = mission.detect()
        >>> text = mission.explain(found.path, polars.DataFrame(found.findings)["unit"][0])
        """

    def outreach(self, body: str, findings: _Path | None=None, out: _Path | None=None, progress: _Progress | None=None) -> str:
        """At the host: one body's list of its own rows, encrypted for that body.

        Parameters
        ----------
        body : str
            The body that will open it.
        findings : str or os.PathLike, optional
            A ``findings.parquet``; left out, the one that :meth:`detect` wrote.
        out : str or os.PathLike, optional
            The list.
        progress : callable, optional
            As for :meth:`Rules.evaluate`.

        Returns
        -------
        str
            The report, in French: counts only.

        Examples
        --------
        >>> report = recours.Mission("demo/mission.toml").outreach("caf", out="caf.age")
        """

    def open(self, list: _Path, register: _Path | _Arrow, identity: _Path | int, out: _Path, progress: _Progress | None=None) -> str:
        """At a body, at home: its list joined with its own register; pages to print.

        Parameters
        ----------
        list : str or os.PathLike
            What :meth:`outreach` wrote for this body.
        register : str, os.PathLike or Arrow object
            The body's own people: names, contacts, constraints.
        identity : str, os.PathLike or int
            The body's key: its file, or the number of an open file descriptor. Never the key itself.
        out : str or os.PathLike
            Folder of the pages.
        progress : callable, optional
            As for :meth:`Rules.evaluate`.

        Returns
        -------
        str
            The report, in French: counts only.

        Raises
        ------
        RefusedInput
            The key is not the one for which the list was encrypted; the register has no such columns.

        Examples
        --------
        >>> mission = recours.Mission("demo/mission.toml")
        >>> report = mission.outreach("caf", out="for_caf.age")
        >>> report = mission.open("for_caf.age", "demo/bodies/caf/registre.parquet", "demo/bodies/caf/cle.age", "opened")
        """

@final
class Detection:
    """What :meth:`Mission.detect` found. Immutable.

    Examples
    --------
    >>> found = recours.Mission("demo/mission.toml").detect()
    >>> found.findings.column_names[:4]
    ['unit', 'unit_kind', 'kind', 'right']
    """

    @property
    def findings(self) -> Table:
        """The findings, a :class:`Table`.

        ``unit`` (16 bytes), ``unit_kind``, ``kind`` (``non_recours`` or ``rupture``), ``right``, ``rule``, ``certainty``
        (``certain``, ``probable``, ``possible``), ``types``, ``stage``, ``deadline`` and ``date_utile`` (days), ``unmet``.

        Examples
        --------
        >>> len(recours.Mission("demo/mission.toml").detect().findings) > 0
        True
        """

    @property
    def receipt(self) -> dict[str, Any]:
        """What ran: hashes and counts, never a value. The content of ``receipt.json`` as a new ``dict``.

        Examples
        --------
        >>> isinstance(recours.Mission("demo/mission.toml").detect().receipt, dict)
        True
        """

    @property
    def summary(self) -> str:
        """The summary that ``recours detect`` prints, in French.

        Examples
        --------
        >>> recours.Mission("demo/mission.toml").detect().summary != ""
        True
        """

    @property
    def path(self) -> Path:
        """The ``findings.parquet`` that was written, for :meth:`Mission.explain` and :meth:`Mission.outreach`.

        Examples
        --------
        >>> recours.Mission("demo/mission.toml").detect().path.name
        'findings.parquet'
        """

def demo(persons: int, seed: int, out: _Path, progress: _Progress | None=None) -> str:
    """Invents a département, and does the whole job: seal, link, detect, list, open. What ``recours demo`` does.

    Parameters
    ----------
    persons : int
        People to invent, up to some millions.
    seed : int
        Same seed, same people.
    out : str or os.PathLike
        A folder to make.
    progress : callable, optional
        As for :meth:`Rules.evaluate`.

    Returns
    -------
    str
        The summary, in French, with where to look.

    Examples
    --------
    >>> summary = recours.demo(400, seed=7, out="another")
    """

def passphrase(source: _Path | int) -> None:
    """The passphrase under which this process's role keeps its keys, from a file. Never the passphrase itself.

    Parameters
    ----------
    source : str, os.PathLike or int
        A file that only this user can read, or the number of an open file descriptor.

    Raises
    ------
    RefusedInput
        The file cannot be read or is empty.

    Examples
    --------
    >>> recours.passphrase("no/such/file")
    Traceback (most recent call last):
        ...
    recours.RefusedInput: ...
    """

def threads(count: int) -> None:
    """Number of threads that the engine uses in this process; every core unless told. To be called before any other function.

    Raises
    ------
    UsageError
        ``count`` is zero, or the engine has already started.

    Examples
    --------
    >>> recours.threads(0)
    Traceback (most recent call last):
        ...
    recours.UsageError: ...
    """
