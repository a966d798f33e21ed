"""Candidate lists -> profiles: CSV, JSONL, Parquet and plain text, compressed or not, streamed with flat memory."""

from hunter.candidates.batches import Batch
from hunter.candidates.opening import FORMATS
from hunter.candidates.profiles import Candidate, read_profile, with_picture
from hunter.candidates.reader import KINDS, Reader

__all__ = ["FORMATS", "KINDS", "Batch", "Candidate", "Reader", "read_profile", "with_picture"]
