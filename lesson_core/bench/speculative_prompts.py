"""Prompts for `bench speculative`: answers that can be copied from them, and one that cannot."""

STORY = """The lighthouse on the northern cliff was built in 1874 by a family of stonemasons from \
the valley. For sixty years the keeper climbed its two hundred and twelve steps every evening to \
light the lamp, and every morning to put it out. In the winter of 1934 a storm broke the glass, \
and the keeper, Agnes Holm, kept the flame alive for nine hours with a raincoat held against the \
wind. Eleven ships passed that night, and none of them ever knew her name."""

LETTER = """Dear Mr. Okafor, thank you for you letter of the third of March. We have looked at the \
plans for the new libary and we are happy to say that the city council has agreed to pay for the \
roof. The work will begin in June and should be finnished before the first snow. Please send us \
the final drawings and the list of materials by the end of April."""

TABLE = """name,city,year,visitors
Harbour Museum,Bergen,1921,48000
Museum of Clocks,Graz,1963,12500
Glass House,Murano,1899,91000
Railway Hall,York,1975,310000
Paper Mill,Basel,1980,27400"""

COPYABLE: dict[str, str] = {
    "repeat": f"Repeat the following text exactly, word for word:\n\n{STORY}",
    "fix": f"Correct the spelling mistakes in this letter and write it out again:\n\n{LETTER}",
    "polite": f"Make this letter more polite:\n\n{LETTER}",
    "quote": f"{STORY}\n\nWho kept the flame alive, and how? Answer with a quote from the text.",
    "summary": f"Summarise this text in one sentence:\n\n{STORY}",
    "table": f"Write this table again, line by line, without changes:\n\n{TABLE}",
}

FREE = "Write a short story about a cat that learns to sail."
"""Nothing to copy: what look-up does where it cannot help."""
