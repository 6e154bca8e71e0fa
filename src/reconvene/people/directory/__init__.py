"""Reads a company's directory from files by an HR system, without a database: read, map, stage, compare.

The order of use is `reading.read_table`, `columns.guess_columns`, `levels.propose_levels`, `records.stage`, `diff.compare`.
"""
