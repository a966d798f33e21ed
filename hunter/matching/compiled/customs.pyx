# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True
"""How common letters and digits are in names of software: what `registries.commonness` says."""

from libc.stdint cimport uint32_t, uint64_t

from threading import RLock
from zlib import crc32

from hunter.matching.registries import entries

from hunter.matching.compiled.lettering import numbers_of

from hunter.matching.compiled.lettering cimport shown_as

cdef enum:
    SLOTS = 1 << 17  # a power of two and more than twice the strings

cdef uint32_t _sums[256]  # of one byte each, by which those of strings are made up
cdef uint32_t _keys[SLOTS]
cdef double _common[SLOTS]  # 0: nothing stands there
cdef bint _loaded = False
_lock = RLock()


cdef void load() except *:
    """Reads the table that the judge uses."""
    global _loaded
    cdef uint32_t key
    cdef int at
    with _lock:  # threads may come here together
        if _loaded:
            return
        _fill_sums()
        found, common = entries()
        if 2 * len(found) > SLOTS:
            raise ImportError("the table of software has grown")
        for number, value in zip(found, common, strict=True):
            key = number
            at = _slot(key)
            while _common[at] and _keys[at] != key:
                at = (at + 1) & (SLOTS - 1)
            _keys[at], _common[at] = key, value
        _loaded = True


cdef void _fill_sums() except *:
    """The table by which CRC-32 is made up, read off zlib's sums of single bytes."""
    cdef int byte
    for byte in range(256):
        _sums[byte ^ 0xFF] = <uint32_t> crc32(bytes((byte,))) ^ <uint32_t> 0xFF000000


cdef inline int _slot(uint32_t key) noexcept nogil:
    return <int> ((key * <uint64_t> 0x9E3779B97F4A7C15) >> 40) & (SLOTS - 1)


cdef double common_in(const unsigned char* letters, int size) noexcept nogil:
    """How common letters are, as numbers, see `lettering`; 0 for none. The table is to be loaded before."""
    cdef uint32_t key = ~<uint32_t> 0
    cdef int i, at
    for i in range(size):
        key = key >> 8 ^ _sums[(key ^ <unsigned char> shown_as(letters[i])) & 0xFF]
    key = ~key
    at = _slot(key)
    while _common[at]:
        if _keys[at] == key:
            return _common[at] if size else 0.0
        at = (at + 1) & (SLOTS - 1)
    return 0.0


def commonness(str text) -> float:
    """How common letters and digits are."""
    load()
    numbers = numbers_of(text) if text else b""
    return common_in(numbers, len(numbers))
