from hunter.matching.compiled.likening cimport Alike, Ours
from hunter.matching.compiled.reading cimport Line

# What the looks measure, named as `MEASURES` has them, in that order.
cdef enum:
    ONE, GAIN, GAIN_8, GAIN_13, GAIN_18, RARE, RARE_12, RARE_18, BESIDE, BESIDE_8, SIZE, SIZE_4, SIZE_5, PENALTY,
    WORDS, GLUE, BAIT, BAIT_NEAR, BAIT_FAR, LOOSE, SINGLE, CROSSINGS, PLURAL, COVERS, COVERS_MAIN, OUTSIDE, OUTSIDE_15,
    DIGITS, IS_FIRST, IS_LAST, RATIO, RATIO_MAIN, WINKLER, WHOLE, SAME_WORDS, COST, COST_SIZE, ONE_EDIT, MANY_EDITS,
    HEAD_KEPT, TAIL_KEPT, GLYPHS, TURNS, OMITS, FILLERS, DOUBLES, VOWELS, SOUNDS, ADDS, OTHERS, SPELLED,
    SPELLED_LETTER, RARE_LETTER, DICTIONARY, LENGTH, NUMERALS, TEXT, TEXT_LETTER, IN_WORD, WINDOW, WINDOW_GAIN,
    WINDOW_WORD, WINDOW_FREQUENT, WHOLE_LENGTH, PIECES, HYPHENS, SCOPED, LEFT_LENGTH, LEFT_LETTER, LEFT_WORD,
    LEFT_BAIT, LEFT_DIGITS, RIGHT_LENGTH, RIGHT_LETTER, RIGHT_WORD, RIGHT_BAIT, RIGHT_DIGITS, PIECE_WHOLE, PIECE_EXTRA,
    REST, REST_LETTER, REST_RUNS, REST_BAIT, REST_OTHER, CUSTOM, CUSTOM_WORD, CUSTOM_WINDOW, CUSTOM_AROUND,
    CUSTOM_BESIDE, CUSTOM_REST, CUSTOM_REST_LEAST, CUSTOM_WHOLE, CUSTOM_ADDED, STRANGE, STRANGE_SIZE, BEGIN, END, KEPT,
    LONGER, EDITS, EDITS_SIZE, VISUAL, DIGITS_FOR, WORD_HIT,
    MEASURED

cdef int case_of(const Alike* alike, const Line* line) noexcept nogil
cdef void measure_at_once(const Ours* ours, Line* line, const Alike* alike, double* found) noexcept nogil
cdef void measure_all(const Ours* ours, Line* line, const Alike* alike, double* found) noexcept nogil
cdef void look_closely(const Ours* ours, Line* line, const Alike* alike, double* found)
