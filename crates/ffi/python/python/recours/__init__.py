"""Find the people who do not receive a social right they probably have, or are about to lose one.

Every table that goes in is any object with ``__arrow_c_stream__`` or ``__arrow_c_array__`` (pyarrow, polars, DuckDB, pandas 3);
every table that comes out is a :class:`Table`, which they all read. Nothing else needs to be installed. Long calls release the
interpreter, tell ``progress`` how far they are, and stop on Ctrl-C. Errors are :class:`RecoursError` with a stable code.

>>> rules = recours.Rules.builtin(on="2026-10-01")
>>> rules.rights().num_rows > 10
True
"""

from ._errors import Interrupted, MachineError, RecoursError, RecoursNote, RefusedInput, RulesError, UsageError
from ._recours import Detection, Mission, Rules, Table, __version__, features, passphrase, threads

__all__ = [
    "Detection",
    "Interrupted",
    "MachineError",
    "Mission",
    "RecoursError",
    "RecoursNote",
    "RefusedInput",
    "Rules",
    "RulesError",
    "Table",
    "UsageError",
    "__version__",
    "features",
    "passphrase",
    "threads",
]

if "complet" in features:
    from ._recours import demo

    __all__ += ["demo"]
