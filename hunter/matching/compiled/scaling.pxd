from hunter.matching.compiled.likening cimport Alike, Ours, Wholes
from hunter.matching.compiled.reading cimport Line

cdef enum:
    NUMBER_OF_KINDS = 2  # of names, see KINDS

cdef double strength_of(double odds, int kind) noexcept nogil
cdef double odds_at_first(int case, const double* found) noexcept nogil
cdef double odds_at_last(int case, int kind, bint changed, double* found) noexcept nogil
cdef double most_looked_up(int case, int kind) noexcept nogil
cdef double slack(bint disguised) noexcept nogil
cdef double added(bint disguised) noexcept nogil
cdef bint rises(int case) noexcept nogil
cdef double most_open(int case, const double* found) noexcept nogil
cdef double most_alike(int case, const Ours* ours, const Line* line) noexcept nogil
cdef double odds_of_wholes(int case, const Wholes* wholes) noexcept nogil
cdef double most_near(int case, double near, int beside, bint other) noexcept nogil
cdef bint is_disguised(const Ours* ours, const Line* line, const Alike* alike) noexcept nogil
