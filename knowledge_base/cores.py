"""How many cores this process takes. Runs on Python 3.10 and later."""

from __future__ import annotations

from functools import cache
from importlib.util import find_spec


@cache
def one_blas_thread() -> None:
    """One thread for numpy's products, for the whole process. More of them wait for each other
    by spinning: on a busy machine a product of small matrices takes ten times as long."""
    if find_spec("threadpoolctl"):
        from threadpoolctl import threadpool_limits

        threadpool_limits(limits=1, user_api="blas")
