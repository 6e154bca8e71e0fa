"""Pages of L&D's desk: writing guides, reviewing them, and the shelf of all of them."""
