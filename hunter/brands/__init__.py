"""Brand files -> Brand: read with all their faults told at once, or drafted from a brand's own site."""

from hunter.brands.files import brand_files, load_brands
from hunter.brands.reader import KINDS, LARGEST_FILE, LARGEST_PICTURE, write_key

__all__ = ["KINDS", "LARGEST_FILE", "LARGEST_PICTURE", "brand_files", "load_brands", "write_key"]
