from hunter.matching.compiled.likening cimport Alike, Ours
from hunter.matching.compiled.reading cimport Line

cdef void look_closely(const Ours* ours, Line* line, const Alike* alike, double* found) noexcept nogil
cdef void look_up(const Line* line, const Alike* alike, double* found)
