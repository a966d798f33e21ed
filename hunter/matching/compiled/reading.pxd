from libc.stdint cimport uint64_t

from hunter.matching.compiled.lettering cimport WIDEST

cdef struct Line:
    int size  # letters and digits
    unsigned char letters[WIDEST]
    unsigned char starts[WIDEST + 1]  # a run begins or ends before the letter
    unsigned char edges[WIDEST + 1]  # the same, or a capital begins a word
    unsigned char gaps[WIDEST + 1]  # a separator stood there
    bint digits  # whether there are any
    int hyphens
    bint scoped  # a slash stands in it
    int runs
    int first[WIDEST]  # of each run: its first letter
    int end[WIDEST]
    int piece[WIDEST]  # runs of one piece have no separator between them
    unsigned char random[WIDEST]  # its piece looks random
    unsigned char known[WIDEST]  # whether what follows was looked at
    double cost[WIDEST]
    double beside[WIDEST]  # what it costs beside a brand
    uint64_t cuts[WIDEST]  # a bit for each letter that ends a word
    double begins[2 * WIDEST + 1]  # nats of the beginnings of runs, by first letter + run + letters
    double ends[2 * WIDEST + 1]  # and of their ends, by the letter before which they begin + run

cdef struct Part:
    int begun
    int size
    int run  # its first

cdef int part(const Line* line, Part* parts) noexcept nogil
cdef int count_pieces(const Line* line) noexcept nogil
cdef void know(Line* line, int run) noexcept nogil
cdef bint read(const unsigned char* shown, Py_ssize_t size, Line* line) noexcept nogil
