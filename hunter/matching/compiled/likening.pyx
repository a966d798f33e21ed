# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True
"""The best explanation of a plain name as a form of a brand's name, as `likeness.liken` finds it, and how alike both
are as wholes."""

from libc.math cimport INFINITY
from libc.stdint cimport uint64_t
from libc.string cimport memcpy, memset

from hunter.matching import likeness

from hunter.matching.compiled.baits cimport cost_beside, is_bait, may_hold_bait, most_drawn
from hunter.matching.compiled.bits cimport count_common
from hunter.matching.compiled.placing cimport FILLER, Place, find_changed, find_exact, trace
from hunter.matching.compiled.reading cimport Line, know
from hunter.matching.compiled.lettering cimport CHARACTERS, LONGEST, WIDEST, ZERO, code_of
from hunter.matching.compiled.spelling cimport cost_of, most_of

cdef double _crossing = likeness.CROSSING, _same = likeness.SAME
cdef uint64_t ONE = 1


cdef int _starts[WIDEST]  # of the places that were found last, if nothing has to be changed there
cdef bint _changed


cdef int find_places(const Ours* ours, Line* line) noexcept nogil:
    """At how many places the form fits at a bearable cost; `stand` tells of each until the next form is looked for."""
    global _changed
    cdef int count = find_exact(ours.letters, ours.size, line, _starts)
    _changed = not count
    return find_changed(ours.letters, ours.size, &ours.masks, line, ours.limit) if _changed else count


cdef bint liken(const Ours* ours, Line* line, int count, Alike* best) noexcept nogil:
    """The best of the places that were found, the first of equal ones; false where there is none."""
    cdef int number
    cdef Alike found
    best.gain = -INFINITY
    for number in range(count):
        if stand(ours, line, number, &found):
            _weigh(ours, line, &found)
            if found.gain > best.gain + _same:
                memcpy(best, &found, sizeof(Alike))
    return best.gain > -INFINITY


cdef bint stand(const Ours* ours, Line* line, int number, Alike* at) noexcept nogil:
    """Where a place stands in the name, costs left out; false where it takes no letters."""
    cdef Place* place = &at.place
    cdef int run, inside, slack = 0, moved
    cdef bint known
    memset(at, 0, sizeof(Alike))
    at.number = number
    if _changed:
        trace(ours.letters, ours.size, line, number, place)
    else:
        place.start, place.end = _starts[number], _starts[number] + ours.size
    if place.end <= place.start:
        return False
    while line.end[at.first] <= place.start:
        at.first += 1
    at.last = at.first
    while line.end[at.last] < place.end:
        at.last += 1
    at.left, at.right = place.start - line.first[at.first], line.end[at.last] - place.end
    if place.edits:
        slack = place.end - place.start - ours.size
        slack = (-slack if slack < 0 else slack) + 1
    for run in range(at.first + 1, at.last + 1):
        inside = line.first[run] - place.start
        known = False
        for moved in range(inside - slack, inside + slack + 1):
            if 0 <= moved < LONGEST and ours.breaks >> moved & 1:
                known = True
        at.crossings += 0 if known else 1
    at.crossings -= place.counts[FILLER]
    if at.crossings < 0:
        at.crossings = 0
    return True


cdef void _weigh(const Ours* ours, Line* line, Alike* at) noexcept nogil:
    """How much cheaper the name is with the brand at a place than as ordinary text."""
    cdef double text = 0.0
    cdef int run
    for run in range(at.first, at.last + 1):
        know(line, run)
        text += line.cost[run]
    at.left_cost = line.begins[at.place.start + at.first]
    at.left_cost = cost_beside(line.letters + line.first[at.first], at.left, at.left_cost)
    at.right_cost = line.ends[at.place.end + at.last]
    at.right_cost = cost_beside(line.letters + at.place.end, at.right, at.right_cost)
    at.gain = text - at.place.cost - ours.penalty
    at.gain -= at.left_cost + at.right_cost + _crossing * at.crossings


cdef double most_gained(const Ours* ours, Line* line, const Alike* at) noexcept nogil:
    """No less than the gain of a place, told from its letters alone.

    Runs cost no more than the parts of them beside the place and within it do together, and only bait words cost less
    beside a brand.
    """
    cdef int run, begun, end
    cdef double most = -at.place.cost - ours.penalty - _crossing * at.crossings
    most += most_drawn(line.letters + line.first[at.first], at.left) + most_drawn(line.letters + at.place.end, at.right)
    for run in range(at.first, at.last + 1):
        begun = line.first[run] if line.first[run] > at.place.start else at.place.start
        end = line.end[run] if line.end[run] < at.place.end else at.place.end
        most += most_of(line.letters + begun, end - begun)
    return most


cdef bint _draws(const Ours* ours, const unsigned char* run, int size) noexcept nogil:
    """Whether letters are a bait word or a keyword of the brand."""
    cdef uint64_t code
    cdef int i
    if is_bait(run, size):
        return True
    if ours.keyword_count:
        code = code_of(run, size)
        for i in range(ours.keyword_count):
            if ours.keywords[i] == code:
                return True
    return False


cdef int _bait_in(const Ours* ours, const unsigned char* run, int size, uint64_t cuts) noexcept nogil:
    """Letters of the bait words and keywords of which a run is made up; its words end at `cuts`."""
    cdef int at, begun = 0, found = 0
    if not size:
        return 0
    if _draws(ours, run, size):
        return size
    if run[0] >= ZERO:
        return 0
    for at in range(1, size + 1):
        if cuts >> (at - 1) & 1:
            if at - begun > 2 and _draws(ours, run + begun, at - begun):
                found += at - begun
            begun = at
    return found


cdef int _bait_beside(const Ours* ours, const unsigned char* run, int size) noexcept nogil:
    """The same for letters whose words are not known."""
    cdef uint64_t cuts
    if not size or not (ours.keyword_count or may_hold_bait(run, size)):
        return 0
    cost_of(run, size, &cuts)
    return _bait_in(ours, run, size, cuts)


cdef void look_for_bait(const Ours* ours, Line* line, Alike* at) noexcept nogil:
    """Which bait words stand in the name, which `liken` leaves open."""
    cdef int run
    at.bait_letters += _bait_beside(ours, line.letters + line.first[at.first], at.left)
    at.bait_letters += _bait_beside(ours, line.letters + at.place.end, at.right)
    at.bait = at.bait_letters > 0
    for run in range(line.runs):
        if run < at.first or run > at.last:
            know(line, run)
            if _bait_in(ours, line.letters + line.first[run], line.end[run] - line.first[run], line.cuts[run]):
                at.far_bait = True
                return


cdef void compare_wholes(const Ours* ours, const Line* line, Wholes* wholes) noexcept nogil:
    """Tells how alike they are, unless it was told before."""
    if not wholes.told:
        wholes.ratio = ratio(ours.masks.letters, ours.size, line.letters, line.size)
        wholes.winkler = winkler(ours.letters, ours.size, line.letters, line.size)
        wholes.told = True


cdef inline double ratio(const uint64_t* ours, int size, const unsigned char* theirs, int length) noexcept nogil:
    """Twice the common letters over all letters, 0 to 1; `ours`: a bit wherever each letter stands."""
    return 2.0 * count_common(ours, size, theirs, length) / (size + length)


cdef void set_masks(uint64_t* masks, const unsigned char* ours, int size) noexcept nogil:
    """For each letter or digit, a bit wherever it stands; there is room for all of them."""
    cdef int i
    memset(masks, 0, CHARACTERS * sizeof(uint64_t))
    for i in range(size):
        masks[ours[i]] |= ONE << i


cdef double winkler(const unsigned char* ours, int size, const unsigned char* theirs, int length) noexcept nogil:
    """Jaro-Winkler similarity, 0 to 1 (Winkler 1990): a common beginning of up to four letters counts more."""
    cdef uint64_t mine = 0
    cdef bint yours[WIDEST]
    cdef int i, j, low, high, found = 0, turned = 0, begun = 0
    cdef int reach = (size if size > length else length) // 2 - 1
    cdef double alike
    if reach < 0:
        reach = 0
    for j in range(length):
        yours[j] = False
        low, high = j - reach, j + reach
        for i in range(low if low > 0 else 0, high + 1 if high < size else size):
            if not mine >> i & 1 and ours[i] == theirs[j]:
                mine |= ONE << i
                yours[j] = True
                found += 1
                break
    if not found:
        return 0.0
    i = 0
    for j in range(length):
        if yours[j]:
            while not mine >> i & 1:
                i += 1
            turned += ours[i] != theirs[j]
            i += 1
    alike = (<double> found / size + <double> found / length + <double> (found - turned // 2) / found) / 3
    if alike > 0.7:
        while begun < 4 and begun < size and begun < length and ours[begun] == theirs[begun]:
            begun += 1
        alike += begun * 0.1 * (1.0 - alike)
    return alike


def likeness_of(bytes ours, bytes theirs) -> tuple:
    """Ratio and Jaro-Winkler similarity of two names in numbers."""
    if not 0 < len(ours) <= LONGEST or not 0 < len(theirs) <= WIDEST:
        raise ValueError("1 to 64 letters of ours and 1 to 126 of theirs are needed")
    cdef const unsigned char* mine = ours
    cdef const unsigned char* yours = theirs
    cdef uint64_t masks[CHARACTERS]
    set_masks(masks, mine, len(ours))
    return ratio(masks, len(ours), yours, len(theirs)), winkler(mine, len(ours), yours, len(theirs))
