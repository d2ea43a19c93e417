"""Check a closing archive without the portal and without a network: python verify_archive.py ARCHIVE.zip [SHA256]

Needs Python 3.9 or newer and nothing else. Exit 0: whole and unchanged. Exit 1: the first difference. Exit 2: no file.
Give the SHA-256 that the portal shows beside the archive, to know that it is the archive the portal made.
"""

import hashlib
import json
import re
import sys
import zipfile

FORMAT = "chengnuo-archive/1"
SEAL = b"SHA-256 of everything before this line: "
GENESIS = "0" * 64
CHUNK = 65536
UNFIT = re.compile(r'[\x00-\x1f/\\:*?"<>|]+')
NEEDED = ("README.txt", "verify_archive.py", "record/deeds.jsonl", "data/documents.jsonl", "data/draws.jsonl")
COVERED = ("about", "about_id", "at", "bureau", "by", "facts", "number", "post", "previous", "verb", "words")


class Difference(Exception):
    """What is not as it was when the archive was made."""


def check(place, expected=""):
    """Raise `Difference` with the first one found; else return the facts of the archive."""
    try:
        with zipfile.ZipFile(place) as archive:
            manifest = read_manifest(archive)
            check_files(archive, manifest["files"])
            check_documents(archive, manifest["files"])
            check_draws(archive, manifest["files"])
            check_record(archive, manifest)
    except Difference:
        raise
    except FileNotFoundError:
        raise
    except Exception as problem:
        raise Difference(f"the archive cannot be read: {problem}") from problem
    whole = check_seal(place)
    if expected and expected.lower() != whole:
        raise Difference(f"this is another archive: its SHA-256 is {whole}")
    return {"sha256": whole, **manifest}


def read_manifest(archive):
    names = archive.namelist()
    if len(set(names)) < len(names):
        raise Difference("a name stands in the archive twice")
    if "manifest.json" not in names:
        raise Difference("manifest.json is missing")
    try:
        manifest = json.loads(archive.read("manifest.json"))
        listed, head = set(manifest["files"]), manifest["head"]
        int(head["number"])
    except Exception as problem:
        raise Difference(f"manifest.json was changed: {problem}") from problem
    if manifest.get("format") != FORMAT:
        raise Difference(f"manifest.json: the format is {manifest.get('format')!r}, not {FORMAT!r}")
    for name in sorted(listed | set(NEEDED)):
        if name not in names:
            raise Difference(f"{name} is missing")
    for name in sorted(set(names) - listed - {"manifest.json"}):
        raise Difference(f"{name} was added")
    return manifest


def check_files(archive, listed):
    for name in sorted(listed):
        digest, size = hashlib.sha256(), 0
        try:
            with archive.open(name) as file:
                for chunk in iter(lambda: file.read(CHUNK), b""):
                    digest.update(chunk)
                    size += len(chunk)
        except Exception as problem:
            raise Difference(f"{name} was changed: {problem}") from problem
        if digest.hexdigest() != listed[name]["sha256"] or size != listed[name]["size"]:
            raise Difference(f"{name} was changed")


def check_documents(archive, listed):
    """Every document of the table is there, and is the one that was signed; frozen texts carry their fingerprints."""
    there = {name for name in listed if name.startswith("documents/")}
    for row in lines(archive, "data/documents.jsonl"):
        path = row["path"]
        if path not in there:
            raise Difference(f"{path} is missing")
        there.discard(path)
        if listed[path]["sha256"] != row["sha256"]:
            raise Difference(f"{path} is not the document No. {row['number']}")
        if sha256_of(row["content"]) != row["fingerprint"]:
            raise Difference(f"data/documents.jsonl: the text of No. {row['number']} was changed")
    for name in sorted(there):
        raise Difference(f"{name} stands in no table")


def check_draws(archive, listed):
    """The files of every draw are those that were announced."""
    for row in lines(archive, "data/draws.jsonl"):
        for name in ("objects", "inspectors", "result"):
            path = f"data/draws/{UNFIT.sub('-', row['number'])}/{name}.txt"
            if row[f"{name}_hash"] and listed.get(path, {}).get("sha256") != row[f"{name}_hash"]:
                raise Difference(f"{path} is not the file that draw No. {row['number']} announced")


def check_record(archive, manifest):
    """The chain holds link by link from its beginning to its head; every deed of the bureau hashes to its link."""
    number, previous = 0, GENESIS
    for deed in lines(archive, "record/deeds.jsonl"):
        if deed["number"] != number + 1:
            raise Difference(f"record/deeds.jsonl: deed {number + 1} is missing")
        number += 1
        if deed["previous"] != previous:
            raise Difference(f"record/deeds.jsonl: deed {number} does not follow the one before it")
        if "verb" in deed and hash_of(deed) != deed["hash"]:
            raise Difference(f"record/deeds.jsonl: deed {number} was changed")
        previous = deed["hash"]
    if (number, previous) != (manifest["head"]["number"], manifest["head"]["hash"]):
        raise Difference("record/deeds.jsonl: the record does not end where the archive says")


def check_seal(place):
    """The last line names the SHA-256 of all bytes before it; returns the SHA-256 of the whole file."""
    whole, sealed, tail = hashlib.sha256(), hashlib.sha256(), b""
    with open(place, "rb") as file:
        for chunk in iter(lambda: file.read(CHUNK), b""):
            whole.update(chunk)
            tail += chunk
            sealed.update(tail[:-64])
            tail = tail[-64:]
    if tail != sealed.hexdigest().encode():
        raise Difference("the archive was changed between its files")
    return whole.hexdigest()


def lines(archive, name):
    with archive.open(name) as file:
        for line in file:
            yield json.loads(line)


def hash_of(deed):
    content = {name: deed[name] for name in COVERED}
    return sha256_of(json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":")))


def sha256_of(text):
    return hashlib.sha256(text.encode()).hexdigest()


def say(text):
    """Say it even where the terminal knows no Chinese."""
    sys.stdout.write(text.encode(sys.stdout.encoding or "ascii", "replace").decode(sys.stdout.encoding or "ascii"))
    sys.stdout.write("\n")


def main(words):
    if not 1 <= len(words) <= 2 or words[0] in ("-h", "--help"):
        say(__doc__.strip())
        return 2
    try:
        facts = check(*words)
    except FileNotFoundError:
        say(f"{words[0]}: there is no such file")
        return 2
    except Difference as difference:
        say(f"NOT WHOLE 不完整或被改动: {difference}")
        return 1
    say(f"WHOLE AND UNCHANGED 完整且未改动: {facts['campaign']}, {len(facts['files'])} files")
    say(f"record up to deed {facts['head']['number']}: {facts['head']['hash']}")
    say(f"SHA-256 {facts['sha256']}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
