"""What follows from a drawn system: pure functions, no Django."""
