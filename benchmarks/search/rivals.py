"""OpenEvolve, LLM4AD (EoH) and ShinkaEvolve on a task, each with its defaults, in a Python of its own.

A rival is installed on demand into a folder outside of this repository. It asks the stand-in model of a server
(`server.py`) and has its programs scored by the same server, so that rules mean the same everywhere. OpenEvolve and
LLM4AD run by their own contracts; of ShinkaEvolve a script of ours calls the parts that search (`shinkaevolve`).
"""

import json
import os
import signal
import subprocess
import sys
import time
import urllib.request
import venv
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from server import LOG, MODEL
from tasks import Task

INSTALLED = "installed"
GRACE = 0.5  # seconds that a rival has after it was refused a reply
LONGEST = 3_600.0  # seconds of one run

SCORE = '''\
import json
import urllib.request


def gap(source):
    """Return the gap of a program in per cent, None where it has none."""
    body = json.dumps({{"source": source}}).encode()
    request = urllib.request.Request("{server}/evaluate", body, {{"Content-Type": "application/json"}})
    with urllib.request.urlopen(request, timeout=60) as reply:
        return json.load(reply).get("gap")
'''
OPENEVOLVE_EVALUATOR = """\
import pathlib

from score import gap


def evaluate(program_path):
    value = gap(pathlib.Path(program_path).read_text())
    if value is None:
        return {"combined_score": 0.0, "error": "the program has no value"}
    return {"combined_score": 100.0 / (100.0 + value), "gap": value}
"""
LLM4AD_RUN = """\
import random

import numpy as np
from llm4ad.base import Evaluation
from llm4ad.method.eoh import EoH, EoHProfiler
from llm4ad.tools.llm.llm_api_openai import OpenAIAPI
from score import gap


class Scored(Evaluation):
    def __init__(self):
        super().__init__(template_program={template!r}, task_description={goal!r}, timeout_seconds=60)

    def evaluate_program(self, program_str, callable_func, **kwargs):
        value = gap(program_str)
        return None if value is None else -value


if __name__ == "__main__":
    random.seed({seed})
    np.random.seed({seed})
    EoH(
        llm=OpenAIAPI("{server}/v1", "none", "{model}"),
        evaluation=Scored(),
        profiler=EoHProfiler(log_dir="results", log_style="simple", create_random_path=False),
        max_generations=None,
        max_sample_nums={replies},
        pop_size=None,
        fork_proc=True,
    ).run()
"""
SHINKAEVOLVE_RUN = """\
import random
import uuid

import numpy as np
from openai import OpenAI
from score import gap
from shinka.core import PromptSampler
from shinka.database import DatabaseConfig, Program, ProgramDatabase
from shinka.edit import apply_diff_patch, apply_full_patch


def scored(number, code, **origin):
    value = gap(code)
    score = 0.0 if value is None else 100.0 / (100.0 + value)
    name = f"{{number:06}}"  # a random name would change the order of rows
    return Program(name, code, generation=number, combined_score=score, correct=value is not None, **origin)


def answer(client, system, prompt):
    messages = [dict(role="system", content=system), dict(role="user", content=prompt)]
    return client.chat.completions.create(model="{model}", messages=messages).choices[0].message.content


if __name__ == "__main__":
    random.seed({seed})
    np.random.seed({seed})
    uuid.uuid4 = lambda: uuid.UUID(int=random.getrandbits(128))  # the seed's copies on islands get such names
    client = OpenAI(base_url="{server}/v1", api_key="none")
    sampler = PromptSampler({goal!r})
    database = ProgramDatabase(DatabaseConfig())
    database.conn.create_function("random", 0, lambda: random.getrandbits(63))  # SQLite's own has no seed
    database.add(scored(0, {initial!r}))
    for number in range(1, 1 + {replies}):
        parent, archived, best = database.sample(number)
        system, prompt, kind = sampler.sample(parent, archived, best)
        apply = apply_diff_patch if kind == "diff" else apply_full_patch
        code, applied, _, error, *_ = apply(answer(client, system, prompt), parent.code, verbose=False)
        if applied and error is None:
            database.add(
                scored(
                    number,
                    code,
                    parent_id=parent.id,
                    archive_inspiration_ids=[one.id for one in archived],
                    top_k_inspiration_ids=[one.id for one in best],
                )
            )
"""


@dataclass(frozen=True, slots=True)
class Job:
    """One run of a rival: the task, the seed of its random numbers, the replies it has, and the server's address."""

    task: Task
    seed: int
    replies: int
    server: str
    folder: Path


Prepare = Callable[[Job], Sequence[str]]
"""Writes a rival's files into the job's folder, and returns the arguments of its Python."""


def marked_seed(task: Task) -> str:
    """Return the seed's source with the marks around the function that OpenEvolve and ShinkaEvolve want."""
    head, _, function = task.problem.baselines[task.problem.seeds[0]].partition("def ")
    return f"{head}# EVOLVE-BLOCK-START\ndef {function}# EVOLVE-BLOCK-END\n"


def openevolve(job: Job) -> Sequence[str]:
    """Write OpenEvolve's initial program, evaluator and configuration."""
    settings = {
        "max_iterations": job.replies,
        "random_seed": job.seed,
        "llm": {"api_base": f"{job.server}/v1", "api_key": "none", "models": [{"name": MODEL, "weight": 1.0}]},
        "prompt": {"system_message": job.task.goal},
        "database": {"random_seed": job.seed},
        "evaluator": {"cascade_evaluation": False},
    }
    (job.folder / "initial_program.py").write_text(marked_seed(job.task))
    (job.folder / "evaluator.py").write_text(OPENEVOLVE_EVALUATOR)
    (job.folder / "config.yaml").write_text(json.dumps(settings))  # JSON is YAML
    files = ("initial_program.py", "evaluator.py", "--config", "config.yaml", "--output", "results")
    return ("-m", "openevolve.cli", *files, "--iterations", str(job.replies))


def llm4ad(job: Job) -> Sequence[str]:
    """Write a program in the form of LLM4AD's examples, with EoH's defaults: the population follows the samples."""
    template = job.task.problem.baselines[job.task.problem.seeds[0]]
    fields = {"template": template, "goal": job.task.goal, "seed": job.seed, "replies": job.replies}
    (job.folder / "run_eoh.py").write_text(LLM4AD_RUN.format(**fields, server=job.server, model=MODEL))
    return ("run_eoh.py",)


def shinkaevolve(job: Job) -> Sequence[str]:
    """Write a script that searches in one process with ShinkaEvolve's own database, prompts, edits and defaults.

    Its runner asks for six programs at a time and starts a process to score each; here there is one at a time, which
    the server scores. Islands, archive, selection and the shares of the prompts (diff 0.6, full 0.3, cross 0.1) are the
    package's; the stand-in answers all three. A reply that cannot be applied makes no program (the runner stores one as
    incorrect after nine such replies), and a program without a gap is stored as incorrect. The judge of novelty and the
    meta recommendations are off by default; embeddings are left out. Each needs a model of its own, and by default no
    selection depends on embeddings.
    """
    fields = {"initial": marked_seed(job.task), "goal": job.task.goal, "seed": job.seed, "replies": job.replies}
    (job.folder / "run_shinka.py").write_text(SHINKAEVOLVE_RUN.format(**fields, server=job.server, model=MODEL))
    return ("run_shinka.py",)


@dataclass(frozen=True, slots=True)
class Rival:
    """A rival's packages, by their versions, those that it needs beside it, and what prepares a run.

    `alone` says that nothing else that the package lists is installed: LLM4AD lists torch, which EoH never imports, and
    ShinkaEvolve moviepy and boto3.
    """

    name: str
    package: str
    prepare: Prepare
    beside: tuple[str, ...] = ()
    alone: bool = False


SHINKAEVOLVE_NEEDS = (
    *("openai", "anthropic", "google-genai", "instructor", "hydra-core==1.3.2", "python-dotenv", "backoff", "psutil"),
    *("pandas", "scipy", "radon", "unidiff"),
)
"""What ShinkaEvolve imports when it starts, the clients of models that nobody asks here among it."""
RIVALS: Mapping[str, Rival] = {
    rival.name: rival
    for rival in (
        Rival("openevolve", "openevolve==0.4.1", openevolve),
        Rival("llm4ad", "llm4ad==1.11", llm4ad, ("numpy<2", "scipy", "openai", "pytz"), alone=True),
        Rival("shinkaevolve", "shinka-evolve==0.0.7", shinkaevolve, SHINKAEVOLVE_NEEDS, alone=True),
    )
}


def python_of(rival: Rival, folder: Path) -> Path:
    """Return the Python that has the rival; it is made and filled the first time.

    Raises:
        OSError: it cannot be installed.
    """
    place = (folder / rival.name).resolve()
    python = place / "bin" / "python"
    if not (place / INSTALLED).exists():
        venv.create(place, with_pip=True, clear=True)
        install(python, *(("--no-deps",) if rival.alone else ()), rival.package)
        if rival.beside:
            install(python, *rival.beside)
        (place / INSTALLED).write_text(f"{rival.package}\n")
    return python


def install(python: Path, *packages: str) -> None:
    """Install packages by pip, quietly.

    Raises:
        OSError: pip fails; the message is its last line.
    """
    command = (str(python), "-m", "pip", "install", "--quiet", *packages)
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise OSError(f"Expected pip to install {' '.join(packages)}: {done.stderr.strip().splitlines()[-1:]}")


@dataclass(frozen=True, slots=True)
class Spent:
    """CPU seconds of a process and all that it waited for, and wall seconds; `fault` says how it failed, if so."""

    cpu: float
    wall: float
    fault: str = ""


def run_rival(rival: Rival, folder: Path, job: Job) -> Spent:
    """Make one run of a rival; it ends by itself, or once the server refuses to reply."""
    (job.folder / "score.py").write_text(SCORE.format(server=job.server))
    command = (str(python_of(rival, folder)), *rival.prepare(job))
    environment = {**os.environ, "PYTHONPATH": str(job.folder), "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    return watched(command, job.folder, environment, job.folder / LOG)


def watched(command: Sequence[str], folder: Path, environment: Mapping[str, str], log: Path | None = None) -> Spent:
    """Run a command in a group of its own; with a `log`, end it soon after a reply was refused there."""
    began, refused, ended_here = time.monotonic(), 0.0, False
    with (folder / "output.txt").open("w") as output:
        process = subprocess.Popen(
            command, cwd=folder, env=environment, stdout=output, stderr=subprocess.STDOUT, start_new_session=True
        )
    while True:
        pid, status, used = os.wait4(process.pid, os.WNOHANG)
        if pid:
            break
        now = time.monotonic()
        if log is not None and not refused and '"refusal"' in log.read_text():
            refused = now
        if (refused and now - refused > GRACE) or now - began > LONGEST:
            ended_here = True
            os.killpg(process.pid, signal.SIGKILL)
            _, status, used = os.wait4(process.pid, 0)
            break
        time.sleep(0.2)
    process.returncode = os.waitstatus_to_exitcode(status)
    late = time.monotonic() - began > LONGEST
    fault = f"exit status {process.returncode}" if process.returncode and not ended_here else ""
    return Spent(used.ru_utime + used.ru_stime, time.monotonic() - began, "it took too long" if late else fault)


class Server:
    """The stand-in's server as a process of its own, from `with` to its end."""

    def __init__(
        self, task: Task, seed: int, replies: int | None, knowledge: float, folder: Path, references: Path
    ) -> None:
        script = Path(__file__).with_name("server.py")
        self.folder = folder
        self.command = (
            *(sys.executable, str(script), "--task", task.name, "--folder", str(folder)),
            *("--references", str(references), "--seed", str(seed), "--knowledge", str(knowledge)),
            *(() if replies is None else ("--replies", str(replies))),
        )

    def __enter__(self) -> str:
        self.process = subprocess.Popen(self.command, stdout=subprocess.PIPE, text=True)
        assert self.process.stdout is not None
        line = self.process.stdout.readline().split()
        if len(line) != 2:
            raise OSError(f"Expected the port of the server, got {line}.")
        address = f"http://127.0.0.1:{line[1]}"
        with urllib.request.urlopen(f"{address}/v1/models", timeout=60):
            return address

    def __exit__(self, *_: object) -> None:
        self.process.kill()
        self.process.communicate()
