"""Recognizes near-duplicates: the same story in another paper, or shortened, or with another headline."""

import re
import struct
import zlib
from functools import lru_cache

from digests.folding import fold

# Reprints shared at least 0.61 of their shingles, other pairs of stories at most 0.01 (measured on local papers), and
# an estimate from 128 bins is off by 0.04 (one standard deviation): a half lies far from both.
THRESHOLD = 0.5

_SHINGLE = 4  # characters
_BINS = 128
_BIN_BITS = 23  # a hash has 30 bits: the upper 7 say its bin
_ROWS = 4  # bins to a band: at the threshold 0.5 a pair shares one of 32 bands with a chance of 0.87, at 0.61 of 0.99
_EMPTY = 0xFFFFFFFF
_STRIDE = 0x9E3779B1  # odd, near 2**32 over the golden ratio: spreads what is borrowed

# Odd numbers of 30 bits, one for each character of a shingle and one to mix: any such would do, none may change.
_FACTORS = (0x3CCEEAF9, 0x26D68AED, 0x1F1A6261, 0x390AD63F)
_MIX = 0x278DDE6D
_PIECE = 4096  # characters hashed at once, so that memory stays small however long the text is
_PACKING = struct.Struct(f">{_BINS}I")
_LETTERS = re.compile(r"[^\W_]+")


def fingerprint(text: str) -> bytes:
    """512 bytes by which texts are compared, the same in every process and on every machine.

    One-permutation MinHash over four-character shingles of the text without punctuation, space, width and 简繁
    (Li, Owen & Zhang, "One Permutation Hashing", NIPS 2012), empty bins borrowing from the next full one
    (Shrivastava & Li, "Densifying One Permutation Hashing", ICML 2014). A text without letters has no fingerprint: b"".
    """
    letters = "".join(_LETTERS.findall(fold(text)))
    if not letters:
        return b""
    bins = [_EMPTY] * _BINS
    for start in range(0, max(1, len(letters) - _SHINGLE + 1), _PIECE):
        for value in _hashes(letters[start : start + _PIECE + _SHINGLE - 1]):
            place = value >> _BIN_BITS
            if value < bins[place]:
                bins[place] = value
    return _PACKING.pack(*_densified(bins))


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
    return sum(map(int.__eq__, _PACKING.unpack(a), _PACKING.unpack(b))) / _BINS


def _hashes(letters: str) -> list[int]:
    """A number of 30 bits for each shingle, in no order: multilinear hashing, then a multiplicative mix.

    One long integer holds the characters in lanes of 64 bits, those at even places before those at odd ones, so that
    a handful of operations on it hashes all shingles at once: five times quicker than one after the other.
    """
    lanes = len(letters) // 2 + 2
    word, hashed = _masks(2 * lanes)
    codes = int.from_bytes(letters.encode("utf-32-le", "surrogatepass"), "little")
    even, odd = codes & word, codes >> 32 & word
    even_2, odd_2, even_4 = even >> 64, odd >> 64, even >> 128
    a, b, c, d = _FACTORS
    sums = even * a + odd * b + even_2 * c + odd_2 * d | (odd * a + even_2 * b + odd_2 * c + even_4 * d) << 64 * lanes
    sums = (sums ^ sums >> 23) & word
    sums = sums * _MIX & word
    numbers = struct.unpack(f"<{2 * lanes}Q", ((sums ^ sums >> 15) & hashed).to_bytes(16 * lanes, "little"))
    count = max(1, len(letters) - _SHINGLE + 1)
    return [*numbers[: (count + 1) // 2], *numbers[lanes : lanes + count // 2]]


@lru_cache(maxsize=64)
def _masks(lanes: int) -> tuple[int, int]:
    """The lower 32 bits of each lane, and the lower 30."""
    words, hashes = (int.from_bytes(lane.to_bytes(8, "little") * lanes, "little") for lane in (2**32 - 1, 2**30 - 1))
    return words, hashes


def _densified(bins: list[int]) -> list[int]:
    """The bins with each empty one filled from the next full one, changed by how far that lies."""
    dense = bins.copy()
    for place in [place for place, value in enumerate(bins) if value == _EMPTY]:
        steps = 1
        while bins[(place + steps) % _BINS] == _EMPTY:
            steps += 1
        dense[place] = (bins[(place + steps) % _BINS] + steps * _STRIDE) & 0xFFFFFFFF
    return dense


def _signed(value: int) -> int:
    return value - (1 << 64) if value >= 1 << 63 else value
