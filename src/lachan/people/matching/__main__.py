"""`python -m lachan.people.matching < pairs.jsonl > decisions.jsonl`"""

import sys

from lachan.people.matching.jsonl import run

if __name__ == "__main__":
    run(sys.stdin.buffer, sys.stdout.buffer)
