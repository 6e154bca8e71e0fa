"""The room's pages and taps."""
