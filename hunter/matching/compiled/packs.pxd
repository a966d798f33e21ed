# cython: language_level=3
"""Several short texts held against another one at once, each in a lane of its own."""

from libc.stdint cimport uint16_t, uint32_t, uint64_t
from libc.stdlib cimport calloc, free

cdef enum:
    LETTERS = 32  # a letter has five bits
    LANES = 8
    NARROW = 16  # letters of texts that are compared in narrow lanes, at most
    WIDE = 32  # and in wide ones

ctypedef fused Lane:
    uint16_t
    uint32_t

cdef struct Pack:
    void* masks  # for each letter and each text, a bit wherever it stands there; NULL: nothing is compared
    bint is_wide
    int count
    int texts[LANES]  # their numbers
    uint32_t full[LANES]  # a bit for each letter

cdef inline bint begin_pack(Pack* pack, bint is_wide) noexcept:
    """Whether there is memory."""
    pack.is_wide = is_wide
    pack.masks = calloc(LETTERS * LANES, sizeof(uint32_t) if is_wide else sizeof(uint16_t))
    return pack.masks != NULL

cdef inline void put_text(Pack* pack, int number, int size, const uint64_t* masks) noexcept:
    """One more text, of so many letters and with a bit wherever each of them stands."""
    cdef int letter, at
    pack.texts[pack.count], pack.full[pack.count] = number, <uint32_t> 0xFFFFFFFF >> (WIDE - size)
    for letter in range(LETTERS):
        at = letter * LANES + pack.count
        if pack.is_wide:
            (<uint32_t*> pack.masks)[at] = <uint32_t> masks[letter]
        else:
            (<uint16_t*> pack.masks)[at] = <uint16_t> masks[letter]
    pack.count += 1

cdef inline void count_in_lanes(
    const Lane* masks, const uint32_t* full, const unsigned char* theirs, Py_ssize_t length, Lane* state
) noexcept nogil:
    """How many letters of each text are not in common with theirs, in their order: see `bits.count_common`.

    Without branches, so that compilers do it for all of them at once.
    """
    cdef Lane some
    cdef Py_ssize_t i
    cdef int lane
    for lane in range(LANES):
        state[lane] = <Lane> 0xFFFFFFFF
    for i in range(length):
        for lane in range(LANES):
            some = state[lane] & masks[theirs[i] * LANES + lane]
            state[lane] = (state[lane] + some) | (state[lane] - some)
    for lane in range(LANES):
        some = state[lane] & <Lane> full[lane]
        some = some - (some >> 1 & <Lane> 0x55555555)
        some = (some & <Lane> 0x33333333) + (some >> 2 & <Lane> 0x33333333)
        some = (some + (some >> 4)) & <Lane> 0x0F0F0F0F
        some = some + (some >> 8)
        state[lane] = (some + (some >> 16 if sizeof(Lane) > 2 else 0)) & 0x3F

cdef inline void count_missed(
    const Pack* pack, const unsigned char* theirs, Py_ssize_t length, int* missed
) noexcept nogil:
    """How many letters of each text are not in common with theirs, in their order."""
    cdef uint16_t narrow[LANES]
    cdef uint32_t wide[LANES]
    cdef int lane
    if pack.is_wide:
        count_in_lanes(<const uint32_t*> pack.masks, pack.full, theirs, length, wide)
    else:
        count_in_lanes(<const uint16_t*> pack.masks, pack.full, theirs, length, narrow)
    for lane in range(pack.count):
        missed[lane] = wide[lane] if pack.is_wide else narrow[lane]
