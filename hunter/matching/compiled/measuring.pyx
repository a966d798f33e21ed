# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True
"""The first look at a likeness, as `measures.measure` has it, for plain handles.

A measure that the case does not have is 0.
"""

from libc.stdint cimport uint64_t
from libc.string cimport memset

from hunter.matching.compiled.likening cimport Alike, Ours, Wholes
from hunter.matching.compiled.placing cimport ADD, DOUBLE, FILLER, GLYPH, NEAR, OMIT, OTHER, SOUND, TURN, VOWEL
from hunter.matching.compiled.reading cimport Line, know
from hunter.matching.compiled.lettering cimport LONGEST, ZERO

MEASURES = tuple(
    (
        "one gain gain_8 gain_13 gain_18 rare rare_12 rare_18 near near_8 size size_4 size_5 penalty words glue "
        "bait bait_near bait_far loose single crossings plural covers covers_main outside outside_15 digits "
        "first last ratio ratio_main winkler whole same_words cost cost_size one_edit many_edits head_kept "
        "tail_kept glyph turn omit filler double vowel sound add other spelled spelled_letter rare_letter "
        "dictionary length text text_letter in_word window window_gain window_word window_frequent whole_length "
        "pieces hyphens scoped left_length left_letter left_word left_bait left_digits right_length right_letter "
        "right_word right_bait right_digits piece_whole piece_extra rest rest_letter rest_runs rest_bait "
        "rest_other custom custom_word custom_window custom_around custom_beside custom_rest custom_rest_least "
        "custom_whole custom_added strange strange_size begin end kept longer edits edits_size visual digits_for "
        "word_hit changes changes_1 changes_2 changes_3 changes_size changes_spared words_differ words_paired "
        "words_changed word_one word_far word_near word_middle word_ours word_theirs word_known word_beside "
        "word_two word_of_more word_of_more_far word_of_more_theirs tongue tongue_any tongue_near rest_pieces "
        "rest_unknown repeated repeated_alone sole_same_words sole_words sole_size sole_size_4 sole_size_5 "
        "sole_length sole_rare sole_rare_letter sole_spelled sole_spelled_letter sole_dictionary "
        "sole_window_word sole_window_frequent sole_custom sole_custom_word sole_penalty sole_gain sole_pieces "
        "sole_hyphens sole_scoped"
    ).split()
)
NUMBERS = {name: number for number, name in enumerate(MEASURES)}


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
    memset(found, 0, SPELLED * sizeof(double))
    _measure_ours(ours, alike, found)
    _measure_beside(line, alike, found)
    _measure_whole(ours, line, alike, found)
    if alike.place.edits:
        _measure_changes(ours, line, alike, found)


cdef void measure_all(Line* line, const Alike* alike, const Wholes* wholes, double* found) noexcept nogil:
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
    found[RATIO] = found[RATIO_MAIN] = wholes.ratio
    found[WINKLER] = wholes.winkler


cdef void _measure_ours(const Ours* ours, const Alike* alike, double* found) noexcept nogil:
    found[ONE] = 1.0
    found[GAIN], found[RARE] = alike.gain, ours.rare
    found[GAIN_8], found[GAIN_13], found[GAIN_18] = _over(alike.gain, 8), _over(alike.gain, 13), _over(alike.gain, 18)
    found[RARE_12], found[RARE_18] = _over(ours.rare, 12), _over(ours.rare, 18)
    found[SIZE], found[SIZE_4], found[SIZE_5] = ours.log_size, ours.size < 5, ours.size < 6
    found[PENALTY], found[WORDS] = ours.penalty, ours.words


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
    found[GLYPHS], found[TURNS] = counts[GLYPH], counts[TURN]
    found[OMITS], found[FILLERS] = counts[OMIT], counts[FILLER]
    found[DOUBLES], found[VOWELS], found[SOUNDS] = counts[DOUBLE], counts[VOWEL], counts[SOUND]
    found[ADDS], found[OTHERS] = counts[ADD], counts[OTHER]
    if counts[NEAR]:
        found[BESIDE] = counts[NEAR]  # the tables have one name for both, and the changes win
