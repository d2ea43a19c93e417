"""Laws of the whole house: what lies where, how long a thing may be, which words are never delivered."""

import ast
import os
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

ROOT = Path(__file__).resolve().parents[2]
TOP_LEVEL = {
    *("manage.py", "pyproject.toml", "requirements.lock", "Makefile", "README.md", "CHANGELOG.md", "LICENSE"),
    *("portal", "units", "objectives", "commitments", "assessments"),
    *("templates", "static", "locale", "tests", "docs", ".ci", ".gitignore"),
}
LEFT_BEHIND = {".git", ".venv", "var", "__pycache__", ".pytest_cache", ".ruff_cache", ".import_linter_cache"} | {
    ".hypothesis",
    "test-results",
}
NOT_TEXT = {".png", ".jpg", ".pdf", ".mo", ".ico", ".ttf", ".otf", ".woff2", ".xlsx", ".docx", ".pyc"}

LONGEST_FILE, LONGEST_FUNCTION = 300, 50
# A longer file needs its reason here: which one idea it holds that would be worse off in two places.
LONGER_FILES: dict[str, str] = {}
LONGER_FUNCTIONS: dict[str, str] = {}

# Written so that this file does not find itself.
NEVER_DELIVERED = re.compile(
    r"\b(T[O]DO|F[I]XME|X[X]X|N[o]tImplementedError|[Cc]oming s[o]on|[Pp]laceholder o[n]ly|[Ll]orem i[p]sum)\b"
    r"|assert T[r]ue\b"
    r"|/w[o]rk/(main|shared|\.\w)|/r[o]ot/|/h[o]me/\w|\.\./s[h]ared\b"
    r"|index-[u]rl|find-[l]inks|p[y]pi\.org|pythonh[o]sted|registry\.n[p]mjs|deb\.d[e]bian\.org"
    r"|https?://\S+\.(?:whl|tgz)\b"
)
PROCUREMENT = re.compile(r"\b(b[i]ds?|b[i]dding|b[i]dders?|t[e]nders?|t[e]ndering)\b", re.IGNORECASE)
INLINE = re.compile(
    r"""\sstyle\s*=\s*["']|<style\b|\son[a-z]+\s*=\s*["']|javascript:"""
    r"""|<script(?![^>]*\bsrc=)(?![^>]*application/(?:ld\+)?json)[^>]*>""",
    re.IGNORECASE,
)
# Tests quote the plans of 2017 as they were printed; vendored scripts speak for themselves.
QUOTING = ("tests/", "static/vendored/")
# These are no pages: printed by the worker, pasted into an article, or read in a mail program.
NO_PAGES = ("/pdf/", "wechat", "email")


def files(*endings: str) -> list[str]:
    """Everything that is delivered, by its path from the top of the project."""
    found = []
    for folder, folders, names in os.walk(ROOT):
        folders[:] = sorted(set(folders) - LEFT_BEHIND)
        found += [str(Path(folder, name).relative_to(ROOT)) for name in names]
    return sorted(path for path in found if not endings or path.endswith(endings))


def code() -> list[str]:
    return [path for path in files(".py") if "/migrations/" not in path]


def text(path: str) -> str:
    return (ROOT / path).read_text(encoding="utf-8")


def lines_with(pattern: re.Pattern, paths: list[str]) -> list[str]:
    return [
        f"{path}:{number} {found.group(0)}"
        for path in paths
        for number, line in enumerate(text(path).splitlines(), start=1)
        if (found := pattern.search(line))
    ]


def test_the_top_level_holds_what_the_plan_names_and_nothing_else():
    there = {path.name for path in ROOT.iterdir()} - LEFT_BEHIND
    assert there - TOP_LEVEL == set()


def test_no_file_holds_two_ideas():
    own = [path for path in code() if not path.startswith("tests/")]
    long = {path for path in own if text(path).count("\n") > LONGEST_FILE}
    assert long == set(LONGER_FILES), "split it, or give its reason in LONGER_FILES (and remove reasons that are spent)"


def test_no_function_does_two_things():
    long = set()
    for path in code():
        for node in ast.walk(ast.parse(text(path))):
            is_function = isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
            if is_function and node.end_lineno - node.lineno + 1 > LONGEST_FUNCTION:
                long.add(f"{path}:{node.name}")
    assert long == set(LONGER_FUNCTIONS)


@pytest.mark.parametrize("name", ["utils", "helpers", "common", "misc"])
def test_no_drawer_for_everything(name):
    assert [path for path in code() if name in Path(path).with_suffix("").parts] == []


def test_unfinished_work_machine_paths_and_registries_are_not_delivered():
    plain = [path for path in files() if Path(path).suffix not in NOT_TEXT]
    assert lines_with(NEVER_DELIVERED, plain) == []


def test_nothing_here_is_procurement():
    words = [path for path in files(".py", ".html", ".txt", ".po", ".md", ".js") if not path.startswith(QUOTING)]
    assert lines_with(PROCUREMENT, words) == []


def test_pages_carry_no_inline_style_or_script():
    pages = [path for path in files(".html") if "templates/" in path and not any(part in path for part in NO_PAGES)]
    assert lines_with(INLINE, pages) == []


def test_the_lock_pins_every_library_by_hash():
    lock = text("requirements.lock")
    pinned = re.findall(r"^[a-z0-9][^\s=]*==\S+.*$", lock, re.MULTILINE)
    blocks = re.split(r"^(?=[a-z0-9])", lock, flags=re.MULTILINE)[1:]
    assert len(pinned) == len(blocks) > 50
    assert [block.split()[0] for block in blocks if "--hash=sha256:" not in block] == []
    assert "://" not in lock


def test_every_library_says_why_it_is_here():
    asked_for = text("pyproject.toml").split("[tool.ruff]")[0]
    entries = [line for line in asked_for.splitlines() if line.startswith('    "')]
    assert len(entries) > 25
    assert [line for line in entries if not re.search(r"\",\s+# \w", line)] == []


def test_every_variable_the_settings_read_is_in_the_operations_table():
    read = set(re.findall(r"env\.\w+\(\s*\"([A-Z_]+)\"", text("portal/settings.py")))
    listed = set(re.findall(r"^\| `([A-Z_]+)` \|", text("docs/operations.md"), re.MULTILINE))
    assert read - listed == set()


@pytest.mark.sqlite
@pytest.mark.django_db
def test_the_database_of_this_run_is_the_one_it_says():
    """On the embedded database: readers do not wait, writers queue up at their start, and foreign keys hold."""
    if connection.vendor == "postgresql":
        assert "chengnuo-test" in connection.settings_dict["HOST"]
        return
    with connection.cursor() as cursor:
        facts = {name: cursor.execute(f"PRAGMA {name}").fetchone()[0] for name in ("journal_mode", "foreign_keys")}
    assert facts == {"journal_mode": "wal", "foreign_keys": 1}
    assert settings.DATABASES["default"]["OPTIONS"]["transaction_mode"] == "IMMEDIATE"
