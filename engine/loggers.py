"""The one place where libraries are kept from logging: they log addresses, statements and rows."""

import logging

LOGGERS = (
    "alembic",
    "asyncio",
    "concurrent",
    "h11",
    "hpack",
    "httpcore",
    "httpx",
    "jmespath",
    "lark",
    "psycopg",
    "python_multipart",
    "sqlalchemy",
    "urllib3",
)
"""The tops of their names. A test finds every logger that a library of ours brings and that does not stand here."""


def silence() -> None:
    """Let nothing that these loggers or those below them say reach a handler. Whoever uses such a library calls it."""
    for name in LOGGERS:
        logger = logging.getLogger(name)
        logger.propagate = False
        logger.setLevel(logging.CRITICAL + 1)
        for handler in [one for one in logger.handlers if not isinstance(one, logging.NullHandler)]:
            logger.removeHandler(handler)
        if not logger.handlers:
            logger.addHandler(logging.NullHandler())
