"""README, help texts and the code never disagree."""

import re
import shlex
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import typer

from bot import metrics
from bot.cli import app
from bot.commands import COMMANDS
from bot.config import Settings, names
from bot.newsroom import system_clock
from bot.scheduler import JOBS
from digests.storage import Database
from tests import ROOT

READMES = [ROOT / "README.md", ROOT / "README.zh-CN.md"]


@pytest.fixture(params=READMES, ids=lambda path: path.name)
def readme(request: pytest.FixtureRequest) -> str:
    path: Path = request.param
    return path.read_text(encoding="utf-8")


def subcommands() -> list[str]:
    group = typer.main.get_group(app)
    return list(group.commands)


def test_every_chat_command_stands_in_the_readme(readme: str) -> None:
    missing = [command.name for command in COMMANDS if not command.hidden and f"`/{command.name}" not in readme]
    assert missing == []


def test_every_subcommand_stands_in_the_readme(readme: str) -> None:
    assert [name for name in subcommands() if f"`liwen {name}" not in readme] == []


def test_every_setting_stands_in_the_readme_and_in_the_example() -> None:
    example = (ROOT / ".env.example").read_text(encoding="utf-8")
    for path in READMES:
        text = path.read_text(encoding="utf-8")
        for field in Settings.model_fields:
            missing = [name for name in names(field) if f"`{name}`" not in text]
            assert missing == [], path.name
    for field in Settings.model_fields:
        assert re.search(rf"^{names(field)[0]}=", example, re.MULTILINE)


def test_every_job_stands_in_the_readme(readme: str) -> None:
    assert [name for name in JOBS if f"`{name}`" not in readme] == []


def test_the_readme_names_no_setting_or_command_that_does_not_exist(readme: str) -> None:
    known = {name for field in Settings.model_fields for name in names(field)}
    assert set(re.findall(r"`(LIWEN_[A-Z_]+)`", readme)) <= known
    assert set(re.findall(r"`liwen ([a-z]+)", readme)) <= set(subcommands())
    not_ours = {
        "newbot",
        "revoke",
        "token",
        "run",
        "health",
        "metrics",
    }  # others' commands and addresses
    assert set(re.findall(r"`/([a-z]+)", readme)) - not_ours <= {command.name for command in COMMANDS}


def test_every_metric_stands_in_the_readme_and_no_other(readme: str, tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path}/liwen.sqlite3")
    database.migrate()
    found = [*metrics.REGISTRY.collect(), *metrics.Archive(database, system_clock).collect()]
    database.close()
    measured = {metric.name + ("_total" if metric.type == "counter" else "") for metric in found}
    assert set(re.findall(r"`(liwen_[a-z_]+)", readme)) == measured


def test_every_make_target_in_the_readme_exists(readme: str) -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    assert set(re.findall(r"(?:`|^)make ([a-z-]+)", readme, re.MULTILINE)) <= targets


def test_make_help_lists_every_target() -> None:
    listed = subprocess.run(["make", "-s", "help"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    phony = re.search(r"^\.PHONY: (.+)$", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    assert phony is not None
    assert [target for target in phony.group(1).split() if f"make {target} " not in listed] == []


def test_every_part_of_the_house_stands_in_the_architecture() -> None:
    drawn = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    parts = [path.stem for folder in ("bot", "digests") for path in (ROOT / folder).glob("[a-z]*")]
    assert [part for part in parts if part not in drawn] == []


def test_no_lock_file_names_a_host() -> None:
    for file in ROOT.glob("requirements*.txt"):
        assert "://" not in file.read_text(encoding="utf-8")


def test_no_tracked_file_holds_a_path_of_this_machine() -> None:
    tracked = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False).stdout
    for name in filter(None, tracked.split("\0")):
        path = ROOT / name
        if path.is_file():
            assert f"{ROOT}/" not in path.read_text(encoding="utf-8", errors="replace"), name


STAND_INS = {
    "sudo": "it would change this machine",
    "docker": "it needs a daemon and a network",
    "git": "it needs a network",
    "make": "it sets everything up, or runs these very tests; that its targets exist is tested above",
}
"""Commands that are only noted when README's are run, and why."""
ADDRESS = "postgresql://liwen:password@localhost/liwen"
"""The database in README for which the tests' own stands in."""


def commands(path: Path) -> list[str]:
    """The lines of a README's shell blocks without their comments."""
    blocks = re.findall(r"^```sh\n(.*?)^```", path.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    return [line.partition("  #")[0].strip() for block in blocks for line in block.splitlines() if line.strip()]


def test_both_readmes_have_the_same_commands() -> None:
    english, chinese = map(commands, READMES)
    assert english == chinese
    assert any(line.startswith("liwen backup") for line in english)


def test_every_command_of_the_readme_runs(tmp_path: Path, seed_page: Path, fresh: Callable[[], str]) -> None:
    tools = tmp_path / "bin"
    tools.mkdir()
    for name in STAND_INS:
        _script(tools / name, f'echo {name} "$@" >> {tmp_path}/noted')
    _script(tools / "liwen", f'exec {sys.executable} -m bot "$@"')
    environment = {"PATH": f"{tools}:/usr/bin:/bin", "PYTHONPATH": str(ROOT), "LANG": "C.UTF-8"}
    given = [f"liwen ingest {seed_page} --source 南湖晚报 --date 2024-11-13", "liwen build"]
    for line in [*given, *commands(READMES[0])]:
        run = line.replace(ADDRESS, shlex.quote(fresh())) if ADDRESS in line else line
        done = subprocess.run(
            ["sh", "-c", run], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
        )
        # A doctor may find this machine's disk full; that is an answer, too.
        allowed = (0, 1) if line.startswith("liwen doctor") else (0,)
        assert done.returncode in allowed, f"{line}: {done.stderr}{done.stdout}"
        assert "Traceback" not in done.stderr, line
    noted = (tmp_path / "noted").read_text(encoding="utf-8").splitlines()
    assert {line.split()[0] for line in noted} == set(STAND_INS)


def _script(path: Path, line: str) -> None:
    path.write_text(f"#!/bin/sh\n{line}\n", encoding="utf-8")
    path.chmod(0o755)


def test_what_the_readme_asks_of_docker_compose_is_in_its_file(readme: str) -> None:
    composed = (ROOT / "docker-compose.yml").read_text(encoding="utf-8")
    for line in re.findall(r"docker compose [^`\n]+", readme):
        for profile in re.findall(r"--profile (\w+)", line):
            assert f"profiles: [{profile}]" in composed, line
        for service in re.findall(r"(?:up -d |--scale )([a-z]+)", line):
            assert re.search(rf"^  {service}:", composed, re.MULTILINE), line
