"""Guides that an organisation's L&D writes in the browser: desk, checks, review, versions, files."""
