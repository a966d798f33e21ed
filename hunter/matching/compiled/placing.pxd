from hunter.matching.compiled.reading cimport Line

cdef enum:
    KEPT, GLYPH, TURN, OMIT, FILLER, DOUBLE, NEAR, VOWEL, SOUND, ADD, OTHER, KINDS

cdef struct Place:
    int start  # the letters of a name that may be ours
    int end
    double cost
    int edits
    int counts[KINDS]
    int digits_for  # letters of ours for which digits stand

cdef int find_exact(const unsigned char* ours, int size, Line* line, int* starts) noexcept nogil
cdef int find_changed(const unsigned char* ours, int size, Line* line, double limit) noexcept nogil
cdef void trace(const unsigned char* ours, int size, Line* line, int number, Place* place) noexcept nogil
