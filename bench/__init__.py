"""Side by side with peers and with the limit; see README.md for how to read the figures."""
