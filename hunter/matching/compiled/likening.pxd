from libc.stdint cimport uint64_t

from hunter.matching.compiled.placing cimport Masks, Place
from hunter.matching.compiled.reading cimport Line
from hunter.matching.compiled.lettering cimport LONGEST

cdef struct Ours:
    bint is_plain  # all of it is letters and digits of ASCII, and not too many
    int size
    unsigned char letters[LONGEST]
    Masks masks
    uint64_t breaks  # a bit for each letter before which a word begins
    double words  # how many it has, four at most
    double log_size
    double rare
    double penalty
    double limit  # nats that changes may cost
    const uint64_t* keywords
    int keyword_count

cdef struct Alike:
    Place place
    int number  # of the place among those that were found
    double gain
    int first  # the first and the last run that the place touches
    int last
    int left  # letters of these runs before and behind it
    int right
    double left_cost  # nats beside a brand
    double right_cost
    int crossings
    bint bait  # bait words or the brand's keywords beside it, and of how many letters in all
    int bait_letters
    bint far_bait

cdef struct Wholes:  # how alike a form and a whole name are, 0 to 1
    bint told
    double ratio
    double winkler

cdef int find_places(const Ours* ours, Line* line) noexcept nogil
cdef bint stand(const Ours* ours, Line* line, int number, Alike* at) noexcept nogil
cdef double most_gained(const Ours* ours, Line* line, const Alike* at) noexcept nogil
cdef void look_for_bait(const Ours* ours, Line* line, Alike* at) noexcept nogil
cdef bint liken(const Ours* ours, Line* line, int count, Alike* best) noexcept nogil
cdef void compare_wholes(const Ours* ours, const Line* line, Wholes* wholes) noexcept nogil
cdef void set_masks(uint64_t* masks, const unsigned char* ours, int size) noexcept nogil
