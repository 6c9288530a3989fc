"""Pages, by noun. They read through gate, write through services, and decide nothing."""
