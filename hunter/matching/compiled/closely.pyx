# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True
"""The second look at a likeness, as `particulars.look_closely` has it, for plain handles.

A measure that the case does not have is 0.
"""

from libc.math cimport INFINITY
from libc.stdint cimport uint64_t
from libc.string cimport memcmp, memset

from hunter.matching.letters import FOREIGN, is_word

from hunter.matching.compiled.baits cimport is_bait
from hunter.matching.compiled.counterparts cimport find_counterparts, look_for_tongues
from hunter.matching.compiled.customs cimport common_in
from hunter.matching.compiled.likening cimport Alike, Ours
from hunter.matching.compiled.measuring cimport *
from hunter.matching.compiled.placing cimport GLYPH
from hunter.matching.compiled.reading cimport Line, Part, count_pieces, know, part
from hunter.matching.compiled.lettering cimport CHARACTERS, LONGEST, WIDEST, ZERO, text_of
from hunter.matching.compiled.spelling cimport cost_of, cost_of_digits, is_frequent

cdef double _foreign = FOREIGN


cdef void look_closely(const Ours* ours, Line* line, const Alike* alike, double* found) noexcept nogil:
    """The second look, beside the first and without `look_up`; what the form says by itself is given."""
    _look_at_text(ours, line, alike, found)
    _look_beside(line, alike, found)
    _look_elsewhere(line, alike, found)
    _look_at_custom(ours, line, alike, found)
    find_counterparts(ours, line, alike, found)
    if alike.place.edits:
        _look_at_changes(ours, line, alike, found)


cdef void look_up(const Line* line, const Alike* alike, double* found):
    """What of the second look lists of words tell, which takes far longer than all the rest: see `LOOKED_UP`."""
    cdef int run, width = alike.place.end - alike.place.start
    cdef const unsigned char* left = line.letters + line.first[alike.first]
    cdef const unsigned char* right = line.letters + alike.place.end
    cdef bint written = False, in_word = True
    for run in range(alike.first, alike.last + 1):
        if line.letters[line.first[run]] < ZERO:
            written = True
            in_word = in_word and _is_word(line.letters + line.first[run], line.end[run] - line.first[run])
    found[IN_WORD], found[WINDOW_WORD] = written and in_word, _is_word(line.letters + alike.place.start, width)
    found[LEFT_WORD] = is_frequent(left, alike.left) or _is_word(left, alike.left)
    found[RIGHT_WORD] = is_frequent(right, alike.right) or _is_word(right, alike.right)
    look_for_tongues(line, alike, found)


cdef bint _is_word(const unsigned char* run, int size):
    """As `letters.is_word` has it."""
    return size > 3 and (is_frequent(run, size) or is_word(text_of(run, size)))


cdef void _look_at_text(const Ours* ours, const Line* line, const Alike* alike, double* found) noexcept nogil:
    cdef int run, letters = 0, width = alike.place.end - alike.place.start
    cdef double text = 0.0, window
    cdef const unsigned char* begun = line.letters + alike.place.start
    for run in range(alike.first, alike.last + 1):
        text += line.cost[run]
        letters += line.end[run] - line.first[run]
    window = _cost_of_window(begun, width)
    found[TEXT], found[TEXT_LETTER] = text, text / letters
    found[WINDOW], found[WINDOW_GAIN], found[WINDOW_FREQUENT] = window, window - ours.rare, is_frequent(begun, width)
    found[WHOLE_LENGTH], found[PIECES] = line.size, count_pieces(line)
    found[HYPHENS], found[SCOPED] = line.hyphens, line.scoped


cdef double _cost_of_window(const unsigned char* run, int size) noexcept nogil:
    """`letters.run_cost` of letters and digits in one, which may be more than a run has."""
    cdef uint64_t cuts
    cdef int i, digits = 0
    for i in range(size):
        digits += run[i] >= ZERO
    if digits == size:
        return cost_of_digits(size)
    return _foreign * size if digits else cost_of(run, size if size < LONGEST else LONGEST, &cuts)


cdef void _look_beside(Line* line, const Alike* alike, double* found) noexcept nogil:
    cdef int run, piece = 0
    _look_at_side(line.letters + line.first[alike.first], alike.left, found + LEFT_LENGTH)
    _look_at_side(line.letters + alike.place.end, alike.right, found + RIGHT_LENGTH)
    for run in range(line.runs):
        if line.piece[alike.first] <= line.piece[run] <= line.piece[alike.last]:
            piece += line.end[run] - line.first[run]
    found[PIECE_WHOLE] = not alike.left and not alike.right
    found[PIECE_EXTRA] = piece - (alike.place.end - alike.place.start)


cdef void _look_at_side(const unsigned char* side, int size, double* found) noexcept nogil:
    """Length, letter, a word that is looked up later, bait and digits, in this order."""
    cdef uint64_t cuts
    if size:
        found[0], found[1] = size, cost_of(side, size, &cuts) / size
        found[3], found[4] = is_bait(side, size), side[0] >= ZERO


cdef void _look_elsewhere(Line* line, const Alike* alike, double* found) noexcept nogil:
    cdef int run, size
    for run in range(line.runs):
        if run < alike.first or run > alike.last:
            size = line.end[run] - line.first[run]
            know(line, run)
            found[REST] += size
            found[REST_LETTER] += line.cost[run]
            found[REST_RUNS] += 1
            found[REST_BAIT] += is_bait(line.letters + line.first[run], size)
    found[REST_LETTER] /= found[REST] if found[REST] else 1.0
    found[REST_OTHER] = found[REST_RUNS] - found[REST_BAIT]


cdef void _look_at_custom(const Ours* ours, Line* line, const Alike* alike, double* found) noexcept nogil:
    """How common theirs and its parts are in names of software."""
    cdef Part parts[WIDEST]
    cdef int number, count = part(line, parts), first = line.size, end = 0
    cdef double common, least = INFINITY, most = 0.0
    cdef const unsigned char* letters
    for number in range(count):
        letters = line.letters + parts[number].begun
        if line.piece[alike.first] <= number <= line.piece[alike.last]:
            first = parts[number].begun if parts[number].begun < first else first
            end = parts[number].begun + parts[number].size
            if alike.place.edits and not _is_ours(ours, letters, parts[number].size):
                found[CUSTOM_ADDED] = max(found[CUSTOM_ADDED], common_in(letters, parts[number].size))
        else:
            common = common_in(letters, parts[number].size)
            least, most = min(least, common), max(most, common)
    found[CUSTOM_WINDOW] = common_in(line.letters + alike.place.start, alike.place.end - alike.place.start)
    if alike.place.edits or first < alike.place.start or end > alike.place.end:
        found[CUSTOM_AROUND] = common_in(line.letters + first, end - first)
    common = common_in(line.letters + line.first[alike.first], alike.left)
    found[CUSTOM_BESIDE] = max(common, common_in(line.letters + alike.place.end, alike.right))
    found[CUSTOM_REST], found[CUSTOM_REST_LEAST] = most, 0.0 if least == INFINITY else least
    found[CUSTOM_WHOLE] = common_in(line.letters, line.size)


cdef int _words_of(const Ours* ours, Part* parts) noexcept nogil:
    """How many words of ours there are, and which."""
    cdef int at, count = 0, begun = 0
    for at in range(1, ours.size + 1):
        if at == ours.size or ours.breaks >> at & 1:
            parts[count].begun, parts[count].size = begun, at - begun
            count += 1
            begun = at
    return count


cdef bint _is_ours(const Ours* ours, const unsigned char* piece, int size) noexcept nogil:
    """Whether a piece is one of our words."""
    cdef Part parts[LONGEST]
    cdef int at
    for at in range(_words_of(ours, parts)):
        if parts[at].size == size and not memcmp(ours.letters + parts[at].begun, piece, size):
            return True
    return False


cdef void _look_at_changes(const Ours* ours, Line* line, const Alike* alike, double* found) noexcept nogil:
    cdef const unsigned char* window = line.letters + alike.place.start
    cdef int width = alike.place.end - alike.place.start, size = ours.size
    cdef int short = size if size < width else width, begin = 0, end = 0, i, strange = 0
    cdef int counts[CHARACTERS]
    memset(counts, 0, sizeof(counts))
    while begin < short and ours.letters[begin] == window[begin]:
        begin += 1
    while end < short - begin and ours.letters[size - 1 - end] == window[width - 1 - end]:
        end += 1
    for i in range(size):
        counts[ours.letters[i]] += 1
    for i in range(width):
        counts[window[i]] -= 1
    for i in range(CHARACTERS):
        strange += counts[i] if counts[i] > 0 else -counts[i]
    found[STRANGE], found[STRANGE_SIZE] = strange, <double> strange / size
    found[BEGIN], found[END], found[KEPT] = begin, end, <double> (begin + end) / size
    found[LONGER] = width - size
    found[EDITS], found[EDITS_SIZE] = alike.place.edits, <double> alike.place.edits / size
    found[VISUAL] = <double> alike.place.counts[GLYPH] / alike.place.edits
    found[DIGITS_FOR] = alike.place.digits_for
    found[WORD_HIT] = _most_hit(ours, begin, size - end)


cdef double _most_hit(const Ours* ours, int start, int end) noexcept nogil:
    """The largest share that the changed stretch takes of one of our words."""
    cdef Part parts[LONGEST]
    cdef int at, low, high
    cdef double most = 0.0
    for at in range(_words_of(ours, parts)):
        low, high = max(parts[at].begun, start), min(parts[at].begun + parts[at].size, end)
        most = max(most, <double> (high - low) / parts[at].size)
    return most
