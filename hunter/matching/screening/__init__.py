"""How many names meet many brands: text as numbers, an index over it, and a bound on what a pair can score."""
