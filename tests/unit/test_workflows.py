"""The workflows, which run on no machine of ours: at least what they name must exist."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from tests.conftest import REPOSITORY
from tools import bootstrap
from tools.build_deb import NAME, version

WORKFLOWS = sorted((REPOSITORY / ".github" / "workflows").glob("*.yml"))
MADE = ("dist/", ".venv-bundle", "release", "window-screenshots")
"""What the steps themselves bring about."""

SYSTEM_COMMANDS = {"sudo", "tar", "sha256sum", "cat", "cd", "gh", "7z", "ditto", "make", "python", NAME}


def read(path: Path) -> dict[str, object]:
    # YAML 1.1 takes the key `on` for true.
    return yaml.safe_load(path.read_text("utf-8"))


def jobs(path: Path) -> dict[str, dict]:
    return read(path)["jobs"]  # type: ignore[return-value]


def steps(path: Path) -> Iterator[dict]:
    for job in jobs(path).values():
        yield from job["steps"]


def commands(path: Path) -> Iterator[list[str]]:
    """Each command line in words, once for each row of its job's matrix."""
    for job in jobs(path).values():
        for row in job.get("strategy", {}).get("matrix", {}).get("include", [{}]):
            for step in job["steps"]:
                text = re.sub(r"\$\{\{ matrix\.(\w+) \}\}", lambda found, row=row: row[found[1]], step.get("run", ""))
                assert "${{" not in text
                yield from (shlex.split(line) for line in text.splitlines())


def make_targets() -> set[str]:
    return set(re.findall(r"^([a-z-]+):", (REPOSITORY / "Makefile").read_text("utf-8"), re.MULTILINE))


def test_there_are_the_two_workflows() -> None:
    assert [path.name for path in WORKFLOWS] == ["ci.yml", "release.yml"]


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_every_command_of_a_workflow_exists(path: Path) -> None:
    seen = 0
    for words in commands(path):
        seen += 1
        program = words[0].removeprefix("./")
        if program == "make":
            assert set(words[1:]) <= make_targets()
        if program in SYSTEM_COMMANDS:
            continue
        assert program.startswith(MADE), f"{program} is nothing that a runner has"
    assert seen


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_every_file_that_a_workflow_names_exists(path: Path) -> None:
    named = {
        word.removeprefix("./")
        for words in commands(path)
        for word in words[1:]
        if ("/" in word or word.endswith((".md", ".spec", ".py"))) and not word.startswith(("-", "$"))
    }
    missing = [name for name in named if not name.startswith(MADE) and not (REPOSITORY / name).exists()]
    assert missing == []


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_every_module_that_a_workflow_runs_is_in_its_environment(path: Path) -> None:
    locked = (REPOSITORY / "requirements" / "bundle.txt").read_text("utf-8").casefold()
    for words in commands(path):
        if "-m" in words:
            module = words[words.index("-m") + 1]
            assert module in ("venv", "pip") or re.search(rf"^{module.casefold()}==", locked, re.MULTILINE)


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_every_action_is_pinned_to_a_full_version(path: Path) -> None:
    used = [step["uses"] for step in steps(path) if "uses" in step]
    assert used
    for action in used:
        assert re.fullmatch(r"actions/[a-z-]+@v\d+\.\d+\.\d+", action), action


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_every_action_runs_on_a_node_that_the_runners_have(path: Path) -> None:
    # The first of each that asks for Node 24. GitHub took Node 20 away in September 2026, and its actions fail since.
    first = {"checkout": 5, "setup-python": 6, "upload-artifact": 6, "download-artifact": 7}
    for step in steps(path):
        if "uses" in step:
            name, major = re.fullmatch(r"actions/([a-z-]+)@v(\d+)\..*", step["uses"]).groups()
            assert int(major) >= first[name], step["uses"]


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_no_runner_is_one_that_was_taken_away(path: Path) -> None:
    # Announced in actions/runner-images, issues 11101, 12045, 13046 and 13518.
    gone = {"ubuntu-20.04", "windows-2019", "macos-13", "macos-14"}
    runners = {
        row.get("runner", job["runs-on"])
        for job in jobs(path).values()
        for row in job.get("strategy", {}).get("matrix", {}).get("include", [{}])
    }
    assert runners
    # A label such as ubuntu-latest would change the system under a release.
    assert all(re.fullmatch(r"[a-z]+-[0-9.]+", runner) for runner in runners), runners
    assert not runners & gone


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_make_gets_the_python_that_was_set_up(path: Path) -> None:
    seen = 0
    for job in jobs(path).values():
        if any("make" in step.get("run", "").split() for step in job["steps"]):
            (asked,) = [
                step["with"]["python-version"] for step in job["steps"] if "setup-python" in step.get("uses", "")
            ]
            assert job["env"]["PYTHON"] == f"python{asked}"
            seen += 1
    assert seen == 1


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_no_job_may_write_but_the_one_that_publishes(path: Path) -> None:
    assert read(path)["permissions"] == {"contents": "read"}
    assert {name for name, job in jobs(path).items() if "permissions" in job} <= {"publish"}
    assert all("timeout-minutes" in job for job in jobs(path).values())


def test_release_builds_and_proves_the_bundle_on_three_systems() -> None:
    release = REPOSITORY / ".github" / "workflows" / "release.yml"
    runners = {jobs(release)["linux"]["runs-on"]} | {
        row["runner"] for row in jobs(release)["desktop"]["strategy"]["matrix"]["include"]
    }
    assert {runner.split("-")[0] for runner in runners} == {"ubuntu", "windows", "macos"}
    # That of Linux is in `make build`, and that of the installed package stands here.
    assert sum("--self-test" in words for words in commands(release)) == 3
    assert "--self-test" in (REPOSITORY / "Makefile").read_text("utf-8")


def test_release_tries_the_command_line_and_the_golden_arrays_where_make_does_not() -> None:
    release = REPOSITORY / ".github" / "workflows" / "release.yml"
    rows = jobs(release)["desktop"]["strategy"]["matrix"]["include"]
    made = list(commands(release))
    assert [words[0] for words in made if words[1:] == ["info"]] == [row["command"] for row in rows]
    assert sum("tools/golden.py" in words for words in made) == len(rows)


def test_release_publishes_what_the_jobs_before_it_made() -> None:
    release = REPOSITORY / ".github" / "workflows" / "release.yml"
    assert set(jobs(release)["publish"]["needs"]) == set(jobs(release)) - {"publish"}
    uploaded = "\n".join(step["with"]["path"] for step in steps(release) if "upload-artifact" in step.get("uses", ""))
    assert {"dist/*.tar.xz", "dist/*.deb", "dist/*.whl"} <= set(uploaded.split())
    assert any("SHA256SUMS" in words for words in commands(release))


def test_workflows_use_a_python_that_the_set_up_takes() -> None:
    lowest, highest = (3, 11), (3, 14)
    asked = [
        step["with"]["python-version"]
        for path in WORKFLOWS
        for step in steps(path)
        if "with" in step and "python-version" in step["with"]
    ]
    assert asked
    assert all(lowest <= tuple(map(int, one.split("."))) <= highest for one in asked)


def test_bundles_environment_is_the_one_that_make_uses() -> None:
    assert bootstrap.ENVIRONMENTS["bundle"].folder == ".venv-bundle"
    assert bootstrap.ENVIRONMENTS["bundle"].requirements == "requirements/bundle.txt"


def test_tags_are_versions() -> None:
    release = read(REPOSITORY / ".github" / "workflows" / "release.yml")
    assert release[True]["push"]["tags"] == ["v*"]  # type: ignore[index]
    assert re.fullmatch(r"\d+\.\d+\.\d+", version())
