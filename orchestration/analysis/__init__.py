"""Statistics and shapes that SQL cannot say well: frames in, frames out. One folder per question a page answers."""
