# cython: language_level=3
"""Groups of four letters, of twenty bits, that stand for something: told by a bit each, and counted for the rest."""

from libc.stdint cimport uint64_t
from libc.stdlib cimport calloc, free, malloc

cdef extern from *:
    int __builtin_popcountll(uint64_t) nogil

cdef enum:
    GRAMS = 1 << 20
    WORDS_OF_BITS = GRAMS >> 6

cdef struct Lookup:
    uint64_t* bits  # one for each group that stands for something
    int* before  # how many of them there are before each sixty-four
    int* begun  # of each such group, in their order, the first entry; and one past all

cdef inline bint make_room(Lookup* at, Py_ssize_t entries) noexcept:
    at.bits = <uint64_t*> calloc(WORDS_OF_BITS, sizeof(uint64_t))
    at.before = <int*> calloc(WORDS_OF_BITS, sizeof(int))
    at.begun = <int*> malloc((entries + 1) * sizeof(int))
    return at.bits and at.before and at.begun

cdef inline void clear(Lookup* at) noexcept:
    free(at.bits)
    free(at.before)
    free(at.begun)

cdef inline bint has(const Lookup* at, int gram) noexcept nogil:
    return at.bits[gram >> 6] >> (gram & 63) & 1

cdef inline int first_of(const Lookup* at, int gram) noexcept nogil:
    """Which of the groups that stand for something it is; `begun` tells its entries."""
    cdef uint64_t below = at.bits[gram >> 6] & ((<uint64_t> 1 << (gram & 63)) - 1)
    return at.before[gram >> 6] + __builtin_popcountll(below)

cdef inline void count(Lookup* at) noexcept:
    """To be called when all bits are set."""
    cdef int word
    for word in range(1, WORDS_OF_BITS):
        at.before[word] = at.before[word - 1] + __builtin_popcountll(at.bits[word - 1])
