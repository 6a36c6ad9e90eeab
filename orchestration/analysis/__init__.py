"""Statistics and shapes that SQL cannot say well: frames in, frames out."""
