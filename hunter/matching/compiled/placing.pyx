# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True
"""Where in a plain name a form may be hidden, and by which changes: `alignment.places` on numbers.

The table of a pair stays as it was filled until the next one is looked at.
"""

from libc.stdint cimport uint32_t, uint64_t
from libc.string cimport memcmp, memcpy, memset

from threading import RLock

from hunter.matching.compiled.lettering import numbers_of

from hunter.matching.compiled.lettering cimport CHARACTERS, LONGEST, WIDEST, ZERO

cdef enum:
    UNITS = 100  # of a nat
    MOST = 600  # nats: more than any place may cost
    COST = 16  # bits below the cost of a cell; in them are the way that led there and the kind of the change
    WAY = 8

cdef enum:  # ways, in the order in which the judge takes them where they cost the same
    CHANGE, LEAVE, PUT, SWAP, MERGE, SPLIT

cdef int* _OURS = [1, 1, 0, 2, 2, 1]  # letters of ours that a way takes, and of theirs
cdef int* _THEIRS = [1, 0, 1, 2, 1, 2]
cdef uint32_t _steps[SPLIT + 1][KINDS]  # what a change of some way and kind adds to a cell's cost, way and kind
cdef uint32_t _again, _inside
cdef unsigned char _kinds[CHARACTERS][CHARACTERS]  # ours and theirs -> kind of change
cdef uint32_t _changed[CHARACTERS][CHARACTERS]  # theirs and ours -> the same as a step
cdef unsigned char _merged[CHARACTERS * CHARACTERS][CHARACTERS]  # two letters and the one that they look or sound like
cdef uint64_t _merges[CHARACTERS * CHARACTERS]  # and a bit for each such one
cdef bint _loaded = False
cdef bint _whole

cdef uint32_t _cells[WIDEST + 1][LONGEST + 1]
cdef int _ends[WIDEST + 1]
cdef uint64_t ONE = 1

NAMES = ("", "glyph", "turn", "omit", "filler", "double", "near", "vowel", "sound", "add", "other")


_lock = RLock()


def load() -> bool:
    """Reads the costs and kinds of changes that the judge uses; whether all are whole hundredths of a nat."""
    with _lock:  # threads may come here together
        return _load()


cdef _load():
    global _again, _inside, _loaded, _whole
    if _loaded:
        return _whole
    from hunter.matching import alignment  # which asks for this module
    cdef int way, number, other
    costs = alignment.edit_costs() | {"": 0.0}
    each = (*costs.values(), alignment.AGAIN, alignment.INSIDE)
    whole = all(abs(UNITS * cost - round(UNITS * cost)) < 1e-9 for cost in each)
    _inside = <uint32_t> round(UNITS * alignment.INSIDE) << COST
    for way in range(SPLIT + 1):
        for number, kind in enumerate(NAMES):
            _steps[way][number] = <uint32_t> round(UNITS * costs[kind]) << COST | way << WAY | number
    _again = <uint32_t> round(UNITS * alignment.AGAIN) << COST | PUT << WAY | DOUBLE
    memset(_kinds, OTHER, sizeof(_kinds))
    for (ours, theirs), kind in alignment.substitutions().items():
        _kinds[<int> numbers_of(ours)[0]][<int> numbers_of(theirs)[0]] = NAMES.index(kind)
    for number in range(CHARACTERS):
        _kinds[number][number] = KEPT
        for other in range(CHARACTERS):
            _changed[other][number] = _steps[CHANGE][_kinds[number][other]]
    for two, ones in alignment.merged_letters().items():
        first, second = numbers_of(two)
        for one, kind in ones.items():
            _merged[<int> (first * CHARACTERS + second)][<int> numbers_of(one)[0]] = NAMES.index(kind)
            _merges[<int> (first * CHARACTERS + second)] |= ONE << <int> numbers_of(one)[0]
    _whole, _loaded = whole, True
    return _whole


cdef int find_exact(const unsigned char* ours, int size, Line* line, int* starts) noexcept nogil:
    """How often ours stands unchanged in a name, and where."""
    cdef int at, found = 0
    for at in range(line.size - size + 1):
        if line.letters[at] == ours[0] and not memcmp(line.letters + at, ours, size):
            starts[found] = at
            found += 1
    return found


cdef void mask(const unsigned char* ours, int size, Masks* masks) noexcept nogil:
    """Tells where which letters stand in ours, 1 to 64 of them."""
    cdef int at, letter
    memset(masks, 0, sizeof(Masks))
    for at in range(size):
        masks.letters[ours[at]] |= ONE << at
        masks.any |= ONE << ours[at]
        if at and _merges[ours[at - 1] * CHARACTERS + ours[at]]:
            for letter in range(CHARACTERS):
                if _merged[ours[at - 1] * CHARACTERS + ours[at]][letter]:
                    masks.merged[letter] |= ONE << at


cdef int find_changed(
    const unsigned char* ours, int size, const Masks* masks, const Line* line, double limit
) noexcept nogil:
    """At how many ends ours fits at a cost of at most the limit; `trace` tells each place."""
    cdef int i, j, found = 0, two
    cdef uint64_t rare
    cdef unsigned char yours = 0, previous
    cdef uint32_t most = _most(limit)
    _cells[0][0] = 0
    for i in range(1, size + 1):
        _cells[0][i] = _on(_cells[0][i - 1], _steps[LEAVE][OMIT])
    for j in range(1, line.size + 1):
        previous, yours = yours, line.letters[j - 1]
        two = previous * CHARACTERS + yours
        _cells[j][0] = 0 if line.starts[j] else _inside
        rare = masks.letters[yours] << 1 & masks.letters[previous] | masks.merged[yours] | line.gaps[j]
        rare |= _merges[two] & masks.any
        if rare:
            _fill(ours, size, masks, line, j, True)
        else:
            _fill(ours, size, masks, line, j, False)
        _ends[found] = j  # no branch: it can hardly be foretold
        found += _cells[j][size] <= most
    return found


cdef inline uint32_t _most(double limit) noexcept nogil:
    """The dearest cell that costs no more than the limit."""
    cdef uint32_t cost = MOST * UNITS
    if limit >= MOST:
        return cost << COST | ((1 << COST) - 1)
    cost = <uint32_t> (limit * UNITS)
    while (cost + 1) / <double> UNITS <= limit:
        cost += 1
    while cost and cost / <double> UNITS > limit:
        cost -= 1
    return cost << COST | ((1 << COST) - 1)


cdef inline double _cost_at(int i, int j) noexcept nogil:
    return (_cells[j][i] >> COST) / <double> UNITS


cdef inline uint32_t _on(uint32_t cell, uint32_t step) noexcept nogil:
    """The cell to which a step leads from a cell."""
    return (cell & ~<uint32_t> ((1 << COST) - 1)) + step


cdef inline uint32_t _less(uint32_t a, uint32_t b) noexcept nogil:
    return a if a < b else b


cdef inline void _fill(
    const unsigned char* ours, int size, const Masks* masks, const Line* line, int j, bint rare
) noexcept nogil:
    """The column of the table up to a letter of theirs.

    `rare`: a separator stands there, or two letters may be turned or stand for one; else there is no more to do than
    to keep, change, leave out and put in letters.
    """
    cdef int i, two
    cdef unsigned char yours = line.letters[j - 1], previous = line.letters[j - 2] if j > 1 else 0
    cdef uint64_t same = masks.letters[yours] | masks.letters[yours] >> 1
    cdef uint64_t turned = masks.letters[yours] << 1 & masks.letters[previous] if yours != previous else 0
    cdef const uint32_t* before = _cells[j - 1]
    cdef const uint32_t* earlier = _cells[j - 2 if j > 1 else 0]
    cdef uint32_t* cells = _cells[j]
    cdef const uint32_t* changed = _changed[yours]
    cdef const unsigned char* split = _merged[previous * CHARACTERS + yours]
    cdef uint32_t best = cells[0], cell, leave = _steps[LEAVE][OMIT], put
    cdef uint32_t add = _steps[PUT][ADD], doubled = _steps[PUT][DOUBLE], again = _again
    for i in range(1, size + 1):
        cell = _on(before[i - 1], changed[ours[i - 1]])
        if i < size:  # nothing may be put in behind
            put = again if before[i] & 0xFF == DOUBLE else doubled  # held down: little more than doubled
            cell = _less(cell, _on(before[i], put if same & 1 else add))
            same >>= 1
        if rare:
            if turned >> (i - 1) & 1:
                cell = _less(cell, _on(earlier[i - 2], _steps[SWAP][TURN]))
            if masks.merged[yours] >> (i - 1) & 1:
                two = ours[i - 2] * CHARACTERS + ours[i - 1]
                cell = _less(cell, _on(before[i - 2], _steps[MERGE][_merged[two][yours]]))
            if split[ours[i - 1]]:
                cell = _less(cell, _on(earlier[i - 1], _steps[SPLIT][split[ours[i - 1]]]))
            if line.gaps[j] and best & 0xFF != FILLER:  # one separator stands for one letter
                leave = _steps[LEAVE][FILLER]
            else:
                leave = _steps[LEAVE][OMIT]
        best = _less(cell, _on(best, leave))
        cells[i] = best


cdef void trace(const unsigned char* ours, int size, Line* line, int number, Place* place) noexcept nogil:
    """The place that ends at the so-manieth end of those found last."""
    cdef int i = size, j = _ends[number], di, dj, at
    cdef unsigned char kind
    memset(place, 0, sizeof(Place))
    place.end, place.cost = j, _cost_at(size, j)
    while i:
        kind = _cells[j][i] & 0xFF
        di, dj = _OURS[_cells[j][i] >> WAY & 0xFF], _THEIRS[_cells[j][i] >> WAY & 0xFF]
        if kind:
            place.edits += 1
            place.counts[kind] += 1
            at = dj
            while at and line.letters[j - at] >= ZERO:
                at -= 1
            place.digits_for += 1 if dj and not at else 0
        i -= di
        j -= dj
    place.start = j


def find(str ours, str theirs, starts, gaps, double limit):
    """Start, end, cost and changes of every place, as `alignment.places` finds them where ours has to be changed.

    Each change is its kind, the letters of ours and those of theirs. None where there is more than letters and digits
    of ASCII, or too many of them.
    """
    cdef Line line
    cdef Masks masks
    cdef Place found[WIDEST]
    cdef Traced traced[WIDEST]
    cdef int number, at, counted
    if not 0 < len(ours) <= LONGEST or not 0 < len(theirs) <= WIDEST:
        return None
    if not all(text.isascii() and text.isalnum() for text in (ours, theirs)):
        return None
    cdef bytes mine = numbers_of(ours), yours = numbers_of(theirs)
    if not _loaded:
        load()
    memset(&line, 0, sizeof(Line))
    line.size = len(yours)
    memcpy(line.letters, <const unsigned char*> yours, line.size)
    for at in starts:
        line.starts[at] = True
    for at in gaps:
        line.gaps[at] = True
    mask(mine, len(mine), &masks)
    counted = find_changed(mine, len(mine), &masks, &line, limit)
    for number in range(counted):
        trace(mine, len(mine), &line, number, &found[number])
        retrace(len(mine), number, &traced[number])
    return [  # nothing of the table is asked for from here on: others may use it
        (found[number].start, found[number].end, found[number].cost, tell_changes(ours, theirs, &traced[number]))
        for number in range(counted)
    ]


cdef void retrace(int size, int number, Traced* traced) noexcept nogil:
    """The changes on the way to the so-manieth end of those found last."""
    cdef int i = size, j = _ends[number], way
    cdef Change* change
    traced.count = 0
    while i:
        way = _cells[j][i] >> WAY & 0xFF
        if _cells[j][i] & 0xFF:
            change = &traced.changes[traced.count]
            change.kind, change.i, change.j = _cells[j][i] & 0xFF, i, j
            change.mine, change.yours = _OURS[way], _THEIRS[way]
            traced.count += 1
        i -= _OURS[way]
        j -= _THEIRS[way]


cdef list tell_changes(str ours, str theirs, const Traced* traced):
    """Kind, letters of ours and letters of theirs of each change, the first one first."""
    cdef int at
    return [_tell(ours, theirs, &traced.changes[at]) for at in range(traced.count - 1, -1, -1)]


cdef tuple _tell(str ours, str theirs, const Change* change):
    return (
        NAMES[change.kind], ours[change.i - change.mine : change.i], theirs[change.j - change.yours : change.j],
    )
