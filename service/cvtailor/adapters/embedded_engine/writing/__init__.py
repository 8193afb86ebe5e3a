"""Writes the tailored CV, the letter and what to do next, all from lines of the base CV."""
