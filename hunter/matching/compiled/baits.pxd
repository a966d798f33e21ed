from hunter.matching.compiled.lettering cimport Letters

cdef void load() except *
cdef bint is_bait(Letters run, int size) noexcept nogil
cdef bint may_hold_bait(Letters run, int size) noexcept nogil
cdef double most_drawn(Letters run, int size) noexcept nogil
cdef double cost_beside(Letters run, int size, double cost) noexcept nogil
