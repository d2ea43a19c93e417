"""Who hears about what, one module a topic. Letters speak Chinese: the working language of a bureau."""

from objectives.notices import LETTERS_SPEAK

__all__ = ["LETTERS_SPEAK"]
