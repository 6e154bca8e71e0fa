"""Forms small groups: a library of its own, without Django or a database. `solve.solve` seats a pool, `rolling.keep_going` keeps a seating up to date;
docs/matching.md begins with examples. Called by forming and by benchmarks.
"""
