"""Replays a draw of the kind chengnuo-draw/1 from its published files. Needs Python 3.9 or later, nothing else.

python replay_draw.py objects.txt inspectors.txt rule.json seed.txt    prints result.txt
python replay_draw.py commit ASSESSMENT PLACE SECRET                   prints the commitment to a secret
"""

import json
import sys
from hashlib import sha256
from pathlib import Path

FORMAT = "chengnuo-draw/1"


def commitment(assessment, place, secret):
    return sha256(f"{FORMAT}\n{assessment}\n{place}\n{secret}".encode()).hexdigest()


def check(rule, objects, inspectors, seed):
    """Stop unless the files are the announced ones, and the secrets those that were committed to."""
    for name, data in (("objects", objects), ("inspectors", inspectors)):
        if sha256(data).hexdigest() != rule[name]["sha256"]:
            sys.exit(f"{name}.txt is not the list that was announced.")
    if rule["seed"]["kind"] == "two_secrets":
        secrets = seed.split("\n")
        if [commitment(rule["assessment"], n, s) for n, s in enumerate(secrets, 1)] != rule["seed"]["commitments"]:
            sys.exit("The secrets in seed.txt are not those that were committed to.")


def replay(objects, inspectors, rule_file, seed):
    rule = json.loads(rule_file)
    check(rule, objects, inspectors, seed)
    key = sha256(f"{FORMAT}\n{sha256(rule_file).hexdigest()}\n{seed}".encode()).digest()
    kinds, load, recused, result = {}, {}, {}, ""
    for line in objects.decode().splitlines():
        kind, code, _name = line.split("\t")
        kinds.setdefault(kind, []).append((sha256(key + f"object\n{code}".encode()).digest(), code))
    for line in inspectors.decode().splitlines():
        number, _home, codes = line.split("\t")
        load[number], recused[number] = 0, set(codes.split(","))
    for kind, ranked in sorted(kinds.items()):
        share = -(-len(ranked) * rule["share"] // 10_000)
        many = len(ranked) if rule["method"] == "census" else max(rule["least"], share)
        for turn, (_rank, code) in enumerate(sorted(ranked)[:many], 1):
            start = key + f"inspector\n{code}\n".encode()
            free = [(load[n], sha256(start + n.encode()).digest(), n) for n in load if code not in recused[n]]
            chosen = [number for _load, _rank, number in sorted(free)[: rule["each"]]]
            for number in chosen:
                load[number] += 1
            result += f"{kind}\t{turn}\t{code}\t{','.join(chosen)}\n"
    return result


if __name__ == "__main__":
    if sys.argv[1:2] == ["commit"] and len(sys.argv) == 5:
        answer = commitment(*sys.argv[2:]) + "\n"
    elif len(sys.argv) == 5:
        files = [Path(name).read_bytes() for name in sys.argv[1:]]
        answer = replay(*files[:3], files[3].decode().rstrip("\r\n"))
    else:
        sys.exit(__doc__)
    sys.stdout.buffer.write(answer.encode())
