"""Results of other tools as counts, with what could not be taken over."""
