"""Recognizes near-duplicates: the same story in another paper, or shortened, or with another headline."""

import zlib

from digests.folding import fold

# Reprints shared at least 0.61 of their shingles, other pairs of stories at most 0.01 (measured on local papers), and
# an estimate from 128 bins is off by 0.04 (one standard deviation): a half lies far from both.
THRESHOLD = 0.5

_SHINGLE = 4  # characters
_BINS = 128
_ROWS = 4  # bins to a band: at the threshold 0.5 a pair shares one of 32 bands with a chance of 0.87, at 0.61 of 0.99
_EMPTY = 0xFFFFFFFF
_STRIDE = 0x9E3779B1  # odd, near 2**32 over the golden ratio: spreads what is borrowed


def fingerprint(text: str) -> bytes:
    """512 bytes by which texts are compared, the same in every process and on every machine.

    One-permutation MinHash over four-character shingles of the text without punctuation, space, width and 简繁
    (Li, Owen & Zhang, "One Permutation Hashing", NIPS 2012), empty bins borrowing from the next full one
    (Shrivastava & Li, "Densifying One Permutation Hashing", ICML 2014). A text without letters has no fingerprint: b"".
    """
    folded = "".join(filter(str.isalnum, fold(text)))
    if not folded:
        return b""
    bins = [_EMPTY] * _BINS
    for value in {_hash(folded[i : i + _SHINGLE]) for i in range(max(1, len(folded) - _SHINGLE + 1))}:
        place = value % _BINS
        bins[place] = min(bins[place], value)
    return _packed(_densified(bins))


def bands(fingerprint: bytes) -> tuple[int, ...]:
    """32 signed 64-bit integers for an index: texts that share none are hardly near-duplicates. None for b""."""
    size = 4 * _ROWS
    pieces = (fingerprint[start : start + size] for start in range(0, len(fingerprint), size))
    return tuple(
        _signed(zlib.crc32(piece, number) << 32 | zlib.crc32(piece[::-1], number))
        for number, piece in enumerate(pieces)
    )


def similarity(a: bytes, b: bytes) -> float:
    """The estimated share of their shingles that two texts have in common (Jaccard), 0 to 1; 0 with b""."""
    if not a or not b:
        return 0.0
    return sum(map(int.__eq__, _unpacked(a), _unpacked(b))) / _BINS


def _hash(shingle: str) -> int:
    return zlib.crc32(shingle.encode())


def _densified(bins: list[int]) -> list[int]:
    """The bins with each empty one filled from the next full one, changed by how far that lies."""
    dense = []
    for place in range(_BINS):
        steps = 0
        while bins[(place + steps) % _BINS] == _EMPTY:
            steps += 1
        dense.append((bins[(place + steps) % _BINS] + steps * _STRIDE) & 0xFFFFFFFF)
    return dense


def _packed(values: list[int]) -> bytes:
    return b"".join(value.to_bytes(4, "big") for value in values)


def _unpacked(fingerprint: bytes) -> list[int]:
    return [int.from_bytes(fingerprint[i : i + 4], "big") for i in range(0, len(fingerprint), 4)]


def _signed(value: int) -> int:
    return value - (1 << 64) if value >= 1 << 63 else value
