#!/usr/bin/env python3
"""How long a project takes to lint, side by side with tools that look at the same files and do less.

    cargo build --release -p callform
    python3 benches/lint.py [--agents 1000] [--rows 10000] [--rounds 5]

Makes a project of so many agents and a campaign of so many callees, all of it YAML, and runs one tool after the other,
round by round, so that what else the machine does meets all of them: `callform lint` (with the release build), and on the
same files `ajv-cli` and `check-jsonschema` with our own schema, and `yamllint`. ajv-cli is installed with npm, the other
two with pip, into a scratch folder (`--tools DIR` keeps it). Prints the median of the times and of the processor's time,
and the most memory, of each.
"""

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

PROJECT = """callform: 1
kind: Project
name: bench
provider:
  site: emulator
  sdkAppId: 1400000000
"""

# Long enough to be an agent that somebody uses; nothing in it that any of the tools complains about.
AGENT = """kind: Agent
name: agent-{n}
description: Reminds of an appointment, number {n}.
prompt: |
  # Task
  You call {{{{ name }}}} about the appointment on {{{{ appointment | spoken }}}}.
  Ask whether they will come, and remind them to be {{{{ minutes }}}} minutes early.
  {{% if fasting %}}They must not eat beforehand.{{% endif %}}
  When everything is said, say goodbye and use call_end. If they ask for a person, use transfer_to_human.
welcome:
  message: "Hello {{{{ name }}}}, this is the clinic's assistant, an AI."
  interruptible: true
variables:
  name:
    description: First name
    example: Robin
    maxLength: 40
  appointment:
    type: datetime
  minutes:
    type: number
    default: 15
    min: 0
    max: 120
  fasting:
    type: boolean
    default: false
llm:
  openai:
    model: gpt-4o-mini
    url: https://api.openai.com/v1/
    apiKey: ${{env:OPENAI_API_KEY}}
    temperature: 0.5
voice: WeRose
languages: [en]
vad:
  silence: 800ms
  level: 2
interruption:
  mode: auto
  after: 500ms
functions:
  endCall: true
  transferToHuman:
    - name: transfer_to_human
      description: The callee asks for a person
      skillGroupId: 1234
silence:
  remindAfter: 10s
  message: Are you still there?
  maxReminders: 2
  hangUpAfter: 60s
limits:
  ring: 45s
  call: 10m
voicemail:
  detect: true
  action: hangUp
extract:
  - name: will_attend
    type: boolean
    description: Whether the callee will come
"""

CAMPAIGN = """kind: Campaign
name: campaign
agent: agent-0
callers: ["+861012341234"]
window:
  timeZone: Asia/Shanghai
  open:
    - from: "09:00"
      to: "20:00"
limits:
  perRun: 500
  concurrent: 5
callees:
  key: id
  inline:
"""

# Synthetic numbers of the form that the API's own examples use; nobody is phoned by a measurement.
ROW = """    - id: P-{n:07}
      number: "+8613{n:09}"
      name: Name {n}
      appointment: "2031-04-15T09:00"
"""


def make(folder, agents, rows):
    (folder / "agents").mkdir()
    (folder / "campaigns").mkdir()
    (folder / "callform.yaml").write_text(PROJECT)
    for n in range(agents):
        (folder / f"agents/agent-{n}.yaml").write_text(AGENT.format(n=n))
    text = CAMPAIGN + "".join(ROW.format(n=n) for n in range(rows))
    (folder / "campaigns/campaign.yaml").write_text(text)


def install(folder):
    """The three tools, where they are not there yet."""
    if not (folder / "node_modules/.bin/ajv").exists():
        print("installing ajv-cli ...", file=sys.stderr)
        subprocess.run(["npm", "install", "--no-audit", "--no-fund", "--silent", "ajv-cli"], cwd=folder, check=True)
    if not (folder / "python/bin/yamllint").exists():
        print("installing check-jsonschema and yamllint ...", file=sys.stderr)
        subprocess.run([sys.executable, "-m", "venv", folder / "python"], check=True)
        subprocess.run([folder / "python/bin/pip", "install", "--quiet", "check-jsonschema", "yamllint"], check=True)


def commands(callform, tools, project):
    files = sorted(project.rglob("*.yaml"))
    schema = ROOT / "schema/callform.json"
    known = subprocess.run([callform, "lint", "--help"], capture_output=True).returncode == 0
    ours = "lint" if known else "validate"
    yield f"callform {ours}", [callform, ours, project]
    ajv = ["--spec=draft2020", "--strict=false", "--errors=no", "-s", schema]
    yield "ajv-cli", [tools / "node_modules/.bin/ajv", "validate", *ajv, *[part for f in files for part in ("-d", f)]]
    yield "check-jsonschema", [tools / "python/bin/check-jsonschema", "--schemafile", schema, *files]
    yield "yamllint", [tools / "python/bin/yamllint", "-d", "relaxed", project]


def run(command):
    """Seconds, seconds of the processor, peak memory in MB, and how it ended."""
    with tempfile.TemporaryFile() as out:
        began = time.monotonic()
        child = subprocess.Popen([str(part) for part in command], stdout=out, stderr=out, stdin=subprocess.DEVNULL)
        _, status, used = os.wait4(child.pid, 0)
        seconds = time.monotonic() - began
        child.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        said = out.read()[-2000:].decode(errors="replace")
    return seconds, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024, child.returncode, said


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--agents", type=int, default=1000)
    parser.add_argument("--rows", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--tools", type=Path, help="where the other tools are, or are installed and kept")
    target = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target"))
    parser.add_argument("--callform", type=Path, default=target / "release/callform")
    args = parser.parse_args()
    if not args.callform.exists():
        sys.exit(f"{args.callform} is not there: cargo build --release -p callform")
    scratch = Path(tempfile.mkdtemp(prefix="callform-bench-"))
    try:
        tools = (args.tools or scratch / "tools").resolve()
        tools.mkdir(parents=True, exist_ok=True)
        install(tools)
        project = scratch / "project"
        project.mkdir()
        make(project, args.agents, args.rows)
        told = {}
        for _ in range(args.rounds):
            for name, command in commands(args.callform.resolve(), tools, project):
                result = run(command)
                if result[3] != 0:
                    sys.exit(f"{name} ends with {result[3]}:\n{result[4]}")
                told.setdefault(name, []).append(result[:3])
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    medians = {name: [statistics.median(c) for c in list(zip(*all))[:2]] for name, all in told.items()}
    ours = next(iter(medians.values()))
    print(f"{args.agents} agents, {args.rows} rows, {args.rounds} rounds, {os.cpu_count()} cores\n")
    print("| tool | seconds | times ours | processor | times ours | most memory |")
    print("|---|---|---|---|---|---|")
    for name, (seconds, processor) in medians.items():
        most = max(memory for _, _, memory in told[name])
        times = [f"{a / b:.1f}" for a, b in zip((seconds, processor), ours)]
        print(f"| {name} | {seconds:.2f} | {times[0]} | {processor:.2f} | {times[1]} | {most:.0f} MB |")


if __name__ == "__main__":
    main()
