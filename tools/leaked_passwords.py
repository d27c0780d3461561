"""Builds the filter of leaked passwords that sign-in asks, and measures it.

    python tools/leaked_passwords.py shipped                       # the file that comes with the house
    python tools/leaked_passwords.py build OUT LIST… --rate 0.001  # from any larger list
    python tools/leaked_passwords.py measure FILE                  # rate of false alarms, by trial

A list is a text file, or gzip, with one password a line, or its SHA-1 in hexadecimal (a count after a colon is passed
over, as in the files of Have I Been Pwned). A file of a million entries takes 1.8 MB at a rate of 0.001.
"""

from __future__ import annotations

import argparse
import gzip
import random
import re
import sys
from collections.abc import Iterable, Iterator
from itertools import product
from pathlib import Path

from lachan.access.passwords import SHIPPED, LeakedFilter, digests

SHA1 = re.compile(r"([0-9A-Fa-f]{40})(?::\d+)?")
TRIALS = 1_000_000

# What Vietnamese people put into passwords by habit, without accents as keyboards of phones make them: words of
# everyday life, names, cities, clubs. Combined below with numbers and with each other.
_WORDS = """matkhau matkhaumoi anhyeuem emyeuanh yeuem yeuanh toiyeuem yeumai mai maimai iloveyou vietnam vietnamvodich
hanoi saigon hochiminh danang haiphong cantho hue nhatrang vungtau dalat quangninh thanhhoa nghean binhduong dongnai
giadinh bome conyeu tinhyeu hanhphuc mayman thanhcong congty benhvien tramyte tiemchung suckhoe bacsi yta covid corona
vaccine astrazeneca pfizer phongdich lachan quantri quanly admin administrator password passw0rd qwerty asdfgh zxcvbn
abc123 khongbiet khongco khongcho xinchao hoilamgi chaoban taikhoan dangnhap zalo facebook viettel mobifone vinaphone
nguyen nguyenvan nguyenthi tran tranvan tranthi levan lethi phamvan phamthi hoang huynh phan vuvan vothi dangvan
buithi dovan hothi ngo duong ly anh linh huong hoa lan mai thu thuha thuy trang ngoc phuong hung dung tuan minh nam
long son hai duc thanh tung quang khanh hieu nga yen"""
WORDS = _WORDS.split()
NUMBERS = [
    *(str(year) for year in range(1950, 2027)), "", "1", "12", "123", "1234", "12345", "123456", "1234567", "12345678",
    "123456789", "1234567890", "0123456789", "321", "4321", "54321", "654321", "111", "1111", "111111", "123123",
    "000000", "888888", "999999", "6789", "56789", "456789", "3456789", "113", "114", "115", "168", "6868", "8888",
    "9999", "7979", "abc", "abc123", "a1", "vn", "vietnam",
]  # fmt: skip
SIGNS = ["", "@", "!", "#", ".", "_", "-"]
WALKS = ["qwertyuiop", "asdfghjkl", "zxcvbnm", "1234567890", "0987654321", "1qaz2wsx3edc", "qazwsxedc", "q1w2e3r4t5y6"]


def patterns() -> Iterator[str]:
    """Passwords of habit: word and number with a sign between, doubled words, pairs, walks over the keyboard, rows of
    digits, days of birth."""
    for word, number, sign in product(WORDS, NUMBERS, SIGNS):
        yield f"{word}{sign}{number}"
        if not sign:
            yield f"{number}{word}"
    for first, second in product(WORDS, WORDS):
        yield first + second
    for walk in WALKS:
        for times, length in product((1, 2, 3), range(4, len(walk) + 1)):
            yield walk[:length] * times
            yield walk[:length][::-1] * times
    for part in ("".join(digits) for length in (1, 2, 3) for digits in product("0123456789", repeat=length)):
        yield from (part * times for times in range(2, 17) if len(part) * times <= 18)
    for length in range(6, 19):
        yield from ("01234567890123456789"[i:][:length] for i in range(10) if i + length <= 20)
    for day, month, year in product(range(1, 32), range(1, 13), range(1940, 2022)):
        yield f"{day:02}{month:02}{year}" * 2


def lines(path: Path) -> Iterator[bytes]:
    """SHA-1 digests of a list, whichever way it is written; digits and bytes that are no text are passed over."""
    opened = gzip.open if path.suffix == ".gz" else open
    with opened(path, "rt", encoding="utf-8", errors="ignore") as stream:
        for line in stream:
            text = line.rstrip("\r\n")
            match = SHA1.fullmatch(text)
            if match:
                yield bytes.fromhex(match[1])
            elif text:
                yield from digests({text, text.lower()})


def build(found: Iterable[bytes], rate: float) -> LeakedFilter:
    unique = set(found)
    made = LeakedFilter.sized(len(unique), rate)
    for digest in sorted(unique):  # in order, so that the same lists give the same file
        made.add(digest)
    return made


def shipped() -> LeakedFilter:
    """Django's list (20,000 commonest, from public leaks, collected by Royce Williams) and the patterns above."""
    from django.contrib.auth.password_validation import CommonPasswordValidator

    django_list = Path(str(CommonPasswordValidator().DEFAULT_PASSWORD_LIST_PATH))
    return build([*lines(django_list), *digests(patterns())], 0.0001)


def false_alarms(made: LeakedFilter, trials: int = TRIALS, seed: int = 2021) -> float:
    """Share of random passwords that the filter takes for leaked ones."""
    rng = random.Random(seed)
    return sum(rng.randbytes(20) in made for _ in range(trials)) / trials


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    kinds = parser.add_subparsers(dest="kind", required=True)
    kinds.add_parser("shipped")
    making = kinds.add_parser("build")
    making.add_argument("out", type=Path)
    making.add_argument("lists", type=Path, nargs="+")
    making.add_argument("--rate", type=float, default=0.001)
    kinds.add_parser("measure").add_argument("file", type=Path)
    wish = parser.parse_args()
    if wish.kind == "measure":
        made = LeakedFilter.load(wish.file)
    else:
        made = shipped() if wish.kind == "shipped" else build((d for p in wish.lists for d in lines(p)), wish.rate)
        made.save(SHIPPED if wish.kind == "shipped" else wish.out)
    size, wrong = made.bits / 8e6, false_alarms(made)
    print(f"{made.entries:,} entries, {size:.2f} MB, {made.probes} probes, {wrong:.6f} false alarms")
    return 0


if __name__ == "__main__":
    sys.exit(main())
