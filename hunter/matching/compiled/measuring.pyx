# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True
"""What both looks see in a likeness, as `measures.measure` and `particulars.look_closely` have it, for plain handles.

A measure that the case does not have is 0.
"""

from libc.math cimport log2
from libc.stdint cimport uint64_t
from libc.string cimport memcmp, memset

from hunter.matching.letters import FOREIGN, is_word
from hunter.matching.registries import commonness

from hunter.matching.compiled.likening cimport Alike, Ours, ratio, winkler
from hunter.matching.compiled.placing cimport ADD, DOUBLE, FILLER, GLYPH, NEAR, OMIT, OTHER, SOUND, TURN, VOWEL
from hunter.matching.compiled.reading cimport Line, know
from hunter.matching.compiled.spelling cimport LONGEST, WIDEST, ZERO, cost_of, is_bait, is_frequent

MEASURES = tuple(
    (
        "one gain gain_8 gain_13 gain_18 rare rare_12 rare_18 near near_8 size size_4 size_5 penalty words glue bait "
        "bait_near bait_far loose single crossings plural covers covers_main outside outside_15 digits first last "
        "ratio ratio_main winkler whole same_words cost cost_size one_edit many_edits head_kept tail_kept glyph turn "
        "omit filler double vowel sound add other spelled spelled_letter rare_letter dictionary length numerals text "
        "text_letter in_word window window_gain window_word window_frequent whole_length pieces hyphens scoped "
        "left_length left_letter left_word left_bait left_digits right_length right_letter right_word right_bait "
        "right_digits piece_whole piece_extra rest rest_letter rest_runs rest_bait rest_other custom custom_word "
        "custom_window custom_around custom_beside custom_rest custom_rest_least custom_whole custom_added strange "
        "strange_size begin end kept longer edits edits_size visual digits_for word_hit"
    ).split()
)  # fmt: skip
cdef double _foreign = FOREIGN
cdef const char* _shown = b"\0abcdefghijklmnopqrstuvwxyz0123456789"


cdef int case_of(const Alike* alike, const Line* line) noexcept nogil:
    """The number of the case in `measures.CASES`."""
    own = line.edges[alike.place.start] and line.edges[alike.place.end]
    return (2 if alike.place.edits else 0) + (0 if own else 1)


cdef inline double _over(double value, double knee) noexcept nogil:
    return value - knee if value > knee else 0.0


cdef inline double _least(double a, double b) noexcept nogil:
    return a if a < b else b


cdef void measure_at_once(const Ours* ours, Line* line, const Alike* alike, double* found) noexcept nogil:
    """What of the first look costs next to nothing; `found` has room for all measures, those left open are 0."""
    memset(found, 0, MEASURED * sizeof(double))
    _measure_ours(ours, alike, found)
    _measure_beside(line, alike, found)
    _measure_whole(ours, line, alike, found)
    if alike.place.edits:
        _measure_changes(ours, line, alike, found)


cdef void measure_all(const Ours* ours, Line* line, const Alike* alike, double* found) noexcept nogil:
    """The rest of the first look, behind it: bait, how alike the wholes are, what stands elsewhere."""
    cdef int run, beside = alike.left + alike.right
    cdef double outside = 0.0
    found[BAIT], found[BAIT_FAR] = alike.bait or alike.far_bait, alike.far_bait
    found[BAIT_NEAR] = _least(1.0, <double> alike.bait_letters / (beside if beside else 1))
    if alike.bait:
        found[LOOSE] = 0.0
    for run in range(line.runs):
        if (run < alike.first or run > alike.last) and not line.random[run]:
            know(line, run)
            outside += line.beside[run]
    found[OUTSIDE] = _least(60.0, outside)
    found[OUTSIDE_15] = _least(15.0, outside)
    found[RATIO] = found[RATIO_MAIN] = ratio(ours.letters, ours.size, line.letters, line.size)
    found[WINKLER] = winkler(ours.letters, ours.size, line.letters, line.size)


cdef void _measure_ours(const Ours* ours, const Alike* alike, double* found) noexcept nogil:
    cdef int i, words = 1
    for i in range(LONGEST):
        words += ours.breaks >> i & 1
    found[ONE] = 1.0
    found[GAIN], found[RARE] = alike.gain, ours.rare
    found[GAIN_8], found[GAIN_13], found[GAIN_18] = _over(alike.gain, 8), _over(alike.gain, 13), _over(alike.gain, 18)
    found[RARE_12], found[RARE_18] = _over(ours.rare, 12), _over(ours.rare, 18)
    found[SIZE], found[SIZE_4], found[SIZE_5] = log2(ours.size), ours.size < 5, ours.size < 6
    found[PENALTY], found[WORDS] = ours.penalty, words if words < 4 else 4


cdef void _measure_beside(Line* line, const Alike* alike, double* found) noexcept nogil:
    cdef double near = _least(30.0, alike.left_cost + alike.right_cost)
    cdef int beside = alike.left + alike.right, loose = 0
    loose += alike.left if line.letters[line.first[alike.first]] < ZERO else 0
    loose += alike.right if line.letters[line.first[alike.last]] < ZERO else 0
    found[BESIDE], found[BESIDE_8] = near, _over(near, 8)
    found[GLUE] = near / (beside if beside else 1)
    found[LOOSE], found[SINGLE] = loose if loose < 12 else 12, beside == 1
    found[CROSSINGS] = alike.crossings if alike.crossings < 3 else 3
    found[PLURAL] = alike.right == 1 and not alike.left and line.letters[alike.place.end] == 19  # s


cdef void _measure_whole(const Ours* ours, Line* line, const Alike* alike, double* found) noexcept nogil:
    cdef int run, width = alike.place.end - alike.place.start, noise = 0, whole, begun
    cdef uint64_t inside = 0
    for run in range(line.runs):
        if run < alike.first or run > alike.last:
            noise += line.end[run] - line.first[run] if line.random[run] else 0
        elif line.first[run] > alike.place.start:
            begun = line.first[run] - alike.place.start
            inside |= <uint64_t> 1 << begun if begun < LONGEST else ~ours.breaks
    whole = line.size - noise
    found[COVERS] = <double> width / (whole if whole > width else width)
    found[COVERS_MAIN] = <double> width / line.size
    found[DIGITS], found[IS_FIRST], found[IS_LAST] = line.digits, alike.place.start == 0, alike.place.end == line.size
    found[WHOLE], found[SAME_WORDS] = width == line.size, inside == ours.breaks


cdef void _measure_changes(const Ours* ours, Line* line, const Alike* alike, double* found) noexcept nogil:
    cdef const int* counts = alike.place.counts
    found[COST], found[COST_SIZE] = alike.place.cost, alike.place.cost / ours.size
    found[ONE_EDIT], found[MANY_EDITS] = alike.place.edits == 1, alike.place.edits > 2
    found[HEAD_KEPT] = line.letters[alike.place.start] == ours.letters[0]
    found[TAIL_KEPT] = line.letters[alike.place.end - 1] == ours.letters[ours.size - 1]
    found[GLYPHS], found[TURNS], found[OMITS], found[FILLERS] = counts[GLYPH], counts[TURN], counts[OMIT], counts[FILLER]
    found[DOUBLES], found[VOWELS], found[SOUNDS] = counts[DOUBLE], counts[VOWEL], counts[SOUND]
    found[ADDS], found[OTHERS] = counts[ADD], counts[OTHER]
    if counts[NEAR]:
        found[BESIDE] = counts[NEAR]  # the tables have one name for both, and the changes win


cdef str _text(const unsigned char* letters, int size):
    """Numbers as the letters and digits that they stand for."""
    cdef char text[WIDEST]
    cdef int i
    for i in range(size):
        text[i] = _shown[letters[i]]
    return text[:size].decode("ascii")


cdef void look_closely(const Ours* ours, Line* line, const Alike* alike, double* found):
    """The second look, beside the first; what the form says by itself is given."""
    _look_at_text(ours, line, alike, found)
    _look_beside(line, alike, found)
    _look_elsewhere(line, alike, found)
    _look_at_custom(line, alike, found)
    if alike.place.edits:
        _look_at_changes(ours, line, alike, found)


cdef void _look_at_text(const Ours* ours, Line* line, const Alike* alike, double* found):
    cdef int run, letters = 0, width = alike.place.end - alike.place.start
    cdef uint64_t cuts
    cdef double text = 0.0, window
    cdef const unsigned char* begun = line.letters + alike.place.start
    cdef bint written = False, in_word = True
    for run in range(alike.first, alike.last + 1):
        text += line.cost[run]
        letters += line.end[run] - line.first[run]
        if line.letters[line.first[run]] < ZERO:
            written = True
            in_word = in_word and is_word(_text(line.letters + line.first[run], line.end[run] - line.first[run]))
    window = _cost_of_window(begun, width)
    found[TEXT], found[TEXT_LETTER], found[IN_WORD] = text, text / letters, written and in_word
    found[WINDOW], found[WINDOW_GAIN] = window, window - ours.rare
    found[WINDOW_WORD], found[WINDOW_FREQUENT] = is_word(_text(begun, width)), is_frequent(begun, width)
    found[WHOLE_LENGTH], found[PIECES] = line.size, line.pieces
    found[HYPHENS], found[SCOPED] = line.hyphens, line.scoped


cdef double _cost_of_window(const unsigned char* run, int size) noexcept nogil:
    """`letters.run_cost` of letters and digits in one."""
    cdef uint64_t cuts
    cdef int i, digits = 0
    for i in range(size):
        digits += run[i] >= ZERO
    return cost_of(run, size, &cuts) if digits == 0 or digits == size else _foreign * size


cdef void _look_beside(Line* line, const Alike* alike, double* found):
    cdef int run, piece = 0
    _look_at_side(line.letters + line.first[alike.first], alike.left, found + LEFT_LENGTH)
    _look_at_side(line.letters + alike.place.end, alike.right, found + RIGHT_LENGTH)
    for run in range(line.runs):
        if line.piece[alike.first] <= line.piece[run] <= line.piece[alike.last]:
            piece += line.end[run] - line.first[run]
    found[PIECE_WHOLE] = not alike.left and not alike.right
    found[PIECE_EXTRA] = piece - (alike.place.end - alike.place.start)


cdef void _look_at_side(const unsigned char* side, int size, double* found):
    """Length, letter, word, bait and digits, in this order."""
    cdef uint64_t cuts
    if size:
        found[0], found[1] = size, cost_of(side, size, &cuts) / size
        found[2] = is_frequent(side, size) or is_word(_text(side, size))
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


cdef double _common(const unsigned char* letters, int size):
    return commonness(_text(letters, size)) if size else 0.0


cdef void _look_at_custom(Line* line, const Alike* alike, double* found):
    """How common theirs and its parts are in names of software."""
    cdef int run, begun = 0, size
    cdef int first = line.first[alike.first], end = line.end[alike.last]
    cdef double common, least = 0.0, most = 0.0
    cdef bint any_rest = False
    for run in range(line.runs):
        if run + 1 < line.runs and line.piece[run + 1] == line.piece[run]:
            continue
        size = line.end[run] - begun
        if line.piece[alike.first] <= line.piece[run] <= line.piece[alike.last]:
            first, end = begun if begun < first else first, line.end[run] if line.end[run] > end else end
        else:
            common = _common(line.letters + begun, size)
            least = common if not any_rest or common < least else least
            most = common if common > most else most
            any_rest = True
        begun = line.end[run]
    size = alike.place.end - alike.place.start
    found[CUSTOM_WINDOW] = _common(line.letters + alike.place.start, size)
    if alike.place.edits or first < alike.place.start or end > alike.place.end:
        found[CUSTOM_AROUND] = _common(line.letters + first, end - first)
    common = _common(line.letters + line.first[alike.first], alike.left)
    found[CUSTOM_BESIDE] = max(common, _common(line.letters + alike.place.end, alike.right))
    found[CUSTOM_REST], found[CUSTOM_REST_LEAST] = most, least
    found[CUSTOM_WHOLE] = _common(line.letters, line.size)


cdef void _look_at_added(const Ours* ours, Line* line, const Alike* alike, double* found):
    """The pieces of theirs in which the place lies and which are no words of ours."""
    cdef int run, begun = 0
    for run in range(line.runs):
        if run + 1 < line.runs and line.piece[run + 1] == line.piece[run]:
            continue
        if line.piece[alike.first] <= line.piece[run] <= line.piece[alike.last]:
            if not _is_ours(ours, line.letters + begun, line.end[run] - begun):
                found[CUSTOM_ADDED] = max(found[CUSTOM_ADDED], _common(line.letters + begun, line.end[run] - begun))
        begun = line.end[run]


cdef bint _is_ours(const Ours* ours, const unsigned char* piece, int size) noexcept nogil:
    """Whether a piece is one of our words."""
    cdef int at, begun = 0
    for at in range(1, ours.size + 1):
        if at == ours.size or ours.breaks >> at & 1:
            if at - begun == size and not memcmp(ours.letters + begun, piece, size):
                return True
            begun = at
    return False


cdef void _look_at_changes(const Ours* ours, Line* line, const Alike* alike, double* found):
    cdef const unsigned char* window = line.letters + alike.place.start
    cdef int width = alike.place.end - alike.place.start, size = ours.size
    cdef int short = size if size < width else width, begin = 0, end = 0, i, strange = 0
    cdef int counts[ZERO + 10]
    memset(counts, 0, sizeof(counts))
    while begin < short and ours.letters[begin] == window[begin]:
        begin += 1
    while end < short - begin and ours.letters[size - 1 - end] == window[width - 1 - end]:
        end += 1
    for i in range(size):
        counts[ours.letters[i]] += 1
    for i in range(width):
        counts[window[i]] -= 1
    for i in range(ZERO + 10):
        strange += counts[i] if counts[i] > 0 else -counts[i]
    found[STRANGE], found[STRANGE_SIZE] = strange, <double> strange / size
    found[BEGIN], found[END], found[KEPT] = begin, end, <double> (begin + end) / size
    found[LONGER] = width - size
    found[EDITS], found[EDITS_SIZE] = alike.place.edits, <double> alike.place.edits / size
    found[VISUAL] = <double> alike.place.counts[GLYPH] / alike.place.edits
    found[DIGITS_FOR] = alike.place.digits_for
    found[WORD_HIT] = _most_hit(ours, begin, size - end)
    _look_at_added(ours, line, alike, found)


cdef double _most_hit(const Ours* ours, int start, int end) noexcept nogil:
    """The largest share that the changed stretch takes of one of our words."""
    cdef int at, begun = 0, low, high
    cdef double most = 0.0
    for at in range(1, ours.size + 1):
        if at == ours.size or ours.breaks >> at & 1:
            low, high = begun if begun > start else start, at if at < end else end
            if high > low and <double> (high - low) / (at - begun) > most:
                most = <double> (high - low) / (at - begun)
            begun = at
    return most
