"""Find accounts that act in concert, with the evidence, and with proof that it is not chance.

Files or Arrow tables of posts go in, Arrow tables come out: ``investigate``, ``open`` and ``demo``
give a ``Case``. Everything is computed by the same code as the command line's.
"""

from ._concerted import (
    Case,
    ConcertedError,
    InputError,
    InternalError,
    LimitError,
    Table,
    UsageError,
    __version__,
    demo,
    investigate,
    open,
)

__all__ = [
    "Case",
    "ConcertedError",
    "InputError",
    "InternalError",
    "LimitError",
    "Table",
    "UsageError",
    "__version__",
    "demo",
    "investigate",
    "open",
]
