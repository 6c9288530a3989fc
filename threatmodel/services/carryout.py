"""An errand carried out by a worker: claimed, done, ended once, whatever comes in between."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping

from django.db import OperationalError

from threatmodel.core.document import DocumentError
from threatmodel.gate import Forbidden, NotFound
from threatmodel.models import Errand

from . import bulk, errands, imports, jobs
from .refusal import Refusal

log = logging.getLogger(__name__)

WORK: Mapping[str, Callable[[Errand], None]] = {
    "import": imports.work,
    "decide": bulk.work,
    "assign": bulk.work,
}


def execute(errand_id: str) -> None:
    """Do the errand, if it is still to be done and nobody else is at it."""
    row = jobs.claim(Errand, errand_id, errands.LEASE)
    if row is None:
        return
    try:
        WORK[row.kind](row)
        errands.drop_file(row)
    except jobs.Lost:
        log.warning("errand %s was cancelled or taken over by another worker", row.pk)
    except DocumentError as error:
        errands.fail(row, f"{error.field}: {error.message}" if error.field else error.message)
    except Refusal as refusal:
        errands.fail(row, refusal.message)
    except (NotFound, Forbidden) as error:
        errands.fail(row, str(error))
    except FileNotFoundError:
        log.exception("errand %s has no file", row.pk)
        errands.fail(row, errands.NO_FILE)
    except OSError:
        log.exception("errand %s found no room", row.pk)
        errands.fail(row, errands.NO_ROOM)
    except OperationalError:
        log.exception("errand %s was not taken by the store", row.pk)
        errands.fail(row, "The store did not take it; tell the operator, then try again")
    except Exception:
        log.exception("errand %s failed", row.pk)
        errands.fail(row, "It could not be done; it has been logged")
