# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True
"""Bait words in runs of letters and digits, and what they cost beside a brand, as `words.affix_cost` has it.

A run is given as numbers, see `lettering`.
"""

from libc.stdint cimport uint32_t, uint64_t

from threading import RLock

from hunter.matching.compiled.lettering import numbers_of

from hunter.matching.compiled.lettering cimport CHARACTERS, LONGEST, Letters, code_of
from hunter.matching.compiled.spelling cimport most_of

cdef enum:
    SLOTS = 1 << 14  # a power of two and far more than there are words
    MOST_SIZES = 31  # letters of a word

cdef uint64_t MIX = 0x9E3779B97F4A7C15
cdef uint64_t _codes[SLOTS]
cdef uint32_t _sizes[CHARACTERS * CHARACTERS]  # of words with these first and last letters, a bit each
cdef double _cost
cdef bint _loaded = False

_lock = RLock()


cdef void load() except *:
    """Reads the words that the judge uses."""
    global _cost, _loaded
    cdef uint64_t code
    cdef int at
    with _lock:  # threads may come here together
        if _loaded:
            return
        from hunter.matching import words  # which asks for compiled parts
        _cost = words.BAIT
        for word in words.bait_words():
            if not word.isascii() or not word.isalnum() or len(word) > LONGEST:
                continue
            run = numbers_of(word)
            code = code_of(run, len(run))
            at = _slot(code)
            while _codes[at] and _codes[at] != code:
                at = (at + 1) & (SLOTS - 1)
            _codes[at] = code
            if len(run) <= MOST_SIZES:
                _sizes[<int> (run[0] * CHARACTERS + run[len(run) - 1])] |= <uint32_t> 1 << <int> len(run)
        _loaded = True


cdef inline int _slot(uint64_t code) noexcept nogil:
    return <int> ((code * MIX) >> 40) & (SLOTS - 1)


cdef inline bint _may_be(Letters run, int size) noexcept nogil:
    """Whether a word begins, ends and is as long as a run."""
    return size > MOST_SIZES or _sizes[run[0] * CHARACTERS + run[size - 1]] >> size & 1


cdef bint is_bait(Letters run, int size) noexcept nogil:
    cdef uint64_t code
    cdef int at
    if not size or not _may_be(run, size):
        return False
    code = code_of(run, size)
    at = _slot(code)
    while _codes[at]:
        if _codes[at] == code:
            return True
        at = (at + 1) & (SLOTS - 1)
    return False


cdef bint may_hold_bait(Letters run, int size) noexcept nogil:
    """Whether all of a run, or a part of three letters or more, may be a bait word."""
    cdef int begun, width
    if _may_be(run, size):
        return True
    for begun in range(size - 2):
        for width in range(3, size + 1 - begun):
            if _may_be(run + begun, width):
                return True
    return False


cdef double most_drawn(Letters run, int size) noexcept nogil:
    """No less than the nats that a run costs less beside a brand: some if it is a bait word, else 0."""
    cdef double most
    if not is_bait(run, size):
        return 0.0
    most = most_of(run, size) - _cost
    return most if most > 0 else 0.0


cdef double cost_beside(Letters run, int size, double cost) noexcept nogil:
    """What a run of some cost costs beside a brand: bait words are cheap."""
    return _cost if size and cost > _cost and is_bait(run, size) else cost
