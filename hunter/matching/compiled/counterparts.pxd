from hunter.matching.compiled.likening cimport Alike, Ours
from hunter.matching.compiled.reading cimport Line

cdef void find_counterparts(const Ours* ours, Line* line, const Alike* alike, double* found) noexcept nogil
cdef void look_for_tongues(const Line* line, const Alike* alike, double* found)
