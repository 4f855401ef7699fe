"""What every test stands on: state of its own, so that none touches the user's."""

import os
import tempfile

os.environ["XDG_STATE_HOME"] = tempfile.mkdtemp(prefix="evo-state-")
"""Set before anything is imported: processes that tests start inherit it."""
