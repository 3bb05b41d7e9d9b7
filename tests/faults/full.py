"""Whether the whole of the faults is run (`make faults`), or the short form (`make test`)."""

import os

FULL = os.environ.get("TIELINE_FAULTS") == "full"
