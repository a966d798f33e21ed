from libc.stdint cimport uint64_t

from hunter.matching.compiled.lettering cimport CHARACTERS, LONGEST, WIDEST
from hunter.matching.compiled.reading cimport Line

cdef enum:
    KEPT, GLYPH, TURN, OMIT, FILLER, DOUBLE, NEAR, VOWEL, SOUND, ADD, OTHER, KINDS

cdef struct Masks:
    uint64_t letters[CHARACTERS]  # for each letter, a bit wherever it stands in ours
    uint64_t any  # a bit for each letter that stands in ours
    uint64_t merged[CHARACTERS]  # and for the second of any two of ours for which it may stand

cdef struct Place:
    int start  # the letters of a name that may be ours
    int end
    double cost
    int edits
    int counts[KINDS]
    int digits_for  # letters of ours for which digits stand

cdef struct Change:
    unsigned char kind
    unsigned char i  # where it ends in ours, and in theirs
    unsigned char j
    unsigned char mine  # letters of ours that it takes, and of theirs
    unsigned char yours

cdef struct Traced:
    int count
    Change changes[LONGEST + WIDEST]  # the last one first

cdef int find_exact(const unsigned char* ours, int size, Line* line, int* starts) noexcept nogil
cdef void mask(const unsigned char* ours, int size, Masks* masks) noexcept nogil
cdef int find_changed(
    const unsigned char* ours, int size, const Masks* masks, const Line* line, double limit
) noexcept nogil
cdef void trace(const unsigned char* ours, int size, Line* line, int number, Place* place) noexcept nogil
cdef void retrace(int size, int number, Traced* traced) noexcept nogil
cdef list tell_changes(str ours, str theirs, const Traced* traced)
