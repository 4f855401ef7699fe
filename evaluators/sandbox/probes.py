"""The proof of what this machine confines, made in a fresh process."""

import os
import subprocess
import sys

from evaluators.cell.proof import Probe, lock_and_prove, pack_probe, unpack_probe
from evaluators.sandbox.contract import SandboxError
from evaluators.sandbox.process import command, environment

PROBE_SECONDS = 60.0


def probe() -> Probe:
    """Prove in a fresh process what this machine confines; raises SandboxError when not even that can be tried."""
    code = "from evaluators.sandbox.probes import main; main()"
    done = subprocess.run(
        command(code, ()), env=environment(), capture_output=True, timeout=PROBE_SECONDS, check=False, cwd="/"
    )
    if done.returncode != 0:
        lines = done.stderr.decode("utf-8", "replace").strip().splitlines() or ["no message"]
        raise SandboxError(f"the probe of the sandbox failed: {lines[-1]}")
    return unpack_probe(done.stdout)


def main() -> None:
    """Print the proof of this process as JSON."""
    output = os.dup(sys.stdout.fileno())
    proof, _ = lock_and_prove()
    os.write(output, pack_probe(proof))
