# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True
"""A bare handle of ASCII taken apart as `words.read_name` takes one: letters, runs, gaps, capitals."""

from libc.string cimport memcmp

from hunter.matching.compiled.baits cimport cost_beside
from hunter.matching.compiled.lettering cimport LONGEST, WIDEST, ZERO
from hunter.matching.compiled.spelling cimport costs_of


cdef enum:
    OTHER = 255

cdef unsigned char _numbers[256]  # 1 to 26 for letters, 27 to 36 for digits, 0 for separators

for _at in range(256):  # beyond ASCII, and signs that may stand for letters
    _numbers[_at] = OTHER if _at > 127 or _at in b"@$!|" else 0
for _at in range(26):
    _numbers[97 + _at] = _numbers[65 + _at] = 1 + _at
for _at in range(10):
    _numbers[48 + _at] = ZERO + _at


cdef inline bint _is_space(unsigned char c) noexcept nogil:
    return c == 32 or 9 <= c <= 13 or 28 <= c <= 31


cdef inline bint _is_small(unsigned char c) noexcept nogil:
    return 97 <= c <= 122


cdef inline bint _is_capital(unsigned char c) noexcept nogil:
    return 65 <= c <= 90


cdef inline bint _is_filler(unsigned char c) noexcept nogil:
    return c == 95 or c == 45 or c == 46


cdef bint read(const unsigned char* shown, Py_ssize_t size, Line* line) noexcept nogil:
    """Whether the handle is plain: read as it is written, and not too long. Only then is the line filled."""
    cdef int run
    while size and _is_space(shown[0]):
        shown += 1
        size -= 1
    while size and _is_space(shown[size - 1]):
        size -= 1
    if size and shown[0] == 64:  # the sign before a handle
        shown += 1
        size -= 1
    if size > WIDEST or (size and (_is_space(shown[0]) or shown[0] == 64)):
        return False
    if not _take_apart(shown, size, line):
        return False
    for run in range(line.runs):
        line.known[run] = line.random[run] = False
        if line.end[run] - line.first[run] > LONGEST:
            return False
    if line.digits:
        _look_for_noise(line)
    return True


cdef bint _take_apart(const unsigned char* shown, Py_ssize_t size, Line* line) noexcept nogil:
    """The letters and runs of a handle; false where there is more than ASCII in it, or a sign for a letter."""
    cdef Py_ssize_t i
    cdef int number, before = 0, at = 0, run = -1, piece = 0, hyphens = 0, slashes = 0, digits = 0
    cdef bint apart = True, begins, humped
    for i in range(size):
        number = _numbers[shown[i]]
        if number == OTHER:
            return False
        if not number:
            apart = True
            hyphens += shown[i] == 45
            slashes += shown[i] == 47
            continue
        begins = apart or (number >= ZERO) != (before >= ZERO)
        humped = False
        line.gaps[at] = False
        if begins:
            line.gaps[at] = apart and run >= 0
            piece += line.gaps[at]
            run += 1
            line.first[run], line.piece[run] = at, piece
        elif _is_capital(shown[i]):
            humped = _is_small(shown[i - 1]) or (
                _is_capital(shown[i - 1]) and i + 1 < size and _is_small(shown[i + 1])
            )
        line.starts[at], line.edges[at], line.letters[at] = begins, begins | humped, number
        digits += number >= ZERO
        at += 1
        line.end[run] = at
        before = number
        apart = False
    line.size, line.runs, line.digits, line.hyphens, line.scoped = at, run + 1, digits > 0, hyphens, slashes > 0
    line.starts[at] = line.edges[at] = True
    line.gaps[at] = False
    if size:
        line.gaps[0] |= _is_filler(shown[0])
        line.gaps[at] |= _is_filler(shown[size - 1])
    return True


cdef int part(const Line* line, Part* parts) noexcept nogil:
    """How many pieces there are between separators, and which; there is room for as many as a name has letters."""
    cdef int run, count = 0
    for run in range(line.runs):
        if not run or line.piece[run] != line.piece[run - 1]:
            parts[count].begun, parts[count].run = line.first[run], run
            count += 1
        parts[count - 1].size = line.end[run] - parts[count - 1].begun
    return count


cdef void _look_for_noise(Line* line) noexcept nogil:
    """Which of the pieces look random."""
    cdef Part parts[WIDEST]
    cdef int number, run, count = part(line, parts)
    for number in range(count):
        if _is_random(line.letters + parts[number].begun, parts[number].size):
            for run in range(parts[number].run, parts[number + 1].run if number + 1 < count else line.runs):
                line.random[run] = True


cdef int count_pieces(const Line* line) noexcept nogil:
    """How many different pieces there are."""
    cdef Part parts[WIDEST]
    cdef int number, other, found = 0
    cdef const unsigned char* letters
    for number in range(part(line, parts)):
        letters = line.letters + parts[number].begun
        for other in range(number):
            if parts[other].size == parts[number].size:
                if not memcmp(line.letters + parts[other].begun, letters, parts[number].size):
                    break
        else:
            found += 1
    return found


cdef void know(Line* line, int run) noexcept nogil:
    """Finds out what a run costs, unless it was asked before."""
    cdef int begun = line.first[run], size = line.end[run] - line.first[run]
    if line.known[run]:
        return
    costs_of(line.letters + begun, size, line.begins + begun + run, line.ends + begun + run, &line.cuts[run])
    line.cost[run] = line.begins[begun + run + size]
    line.beside[run] = cost_beside(line.letters + begun, size, line.cost[run])
    line.known[run] = True


cdef bint _is_random(const unsigned char* piece, int size) noexcept nogil:
    """As `words` tells hashes and serial numbers."""
    cdef int i, digits = 0
    cdef bint hexadecimal = True
    for i in range(size):
        digits += piece[i] >= ZERO
        hexadecimal &= piece[i] >= ZERO or piece[i] <= 6
    return (hexadecimal and size > 5 and digits > 1) or (size > 7 and digits > 3)


def read_name(bytes name):
    """Numbers of the letters, and the positions of starts, edges and gaps, of a plain handle; None of any other."""
    cdef Line line
    if not read(name, len(name), &line):
        return None
    places = range(line.size + 1)
    kinds = [[at for at in places if line.starts[at]], [at for at in places if line.edges[at]]]
    kinds.append([at for at in places if line.gaps[at]])
    noise = sum([line.end[run] - line.first[run] for run in range(line.runs) if line.random[run]])
    return (line.letters[: line.size], *kinds, noise, count_pieces(&line))
