"""What the default model is asked to write for the ladder: many subjects in many forms.

A ladder needs text that its largest rung does not know by heart after one pass, so subjects are
combined: a hundred thousand different requests and more. Each number has its own request, whoever
asks and in whatever order.
"""

import random
from collections.abc import Callable

from lesson_core.tasks.bilingual import prompts
from lesson_core.tasks.bilingual.prompts import (
    HOWS,
    MATTERS,
    SIMPLE,
    THINGS,
    WHAT,
    WHERE,
    WHO,
    WHYS,
    Prompt,
    a,
)

JOBS = (
    "teacher", "doctor", "farmer", "baker", "cook", "writer", "painter", "scientist", "engineer",
    "soldier", "sailor", "nurse", "carpenter", "gardener", "police officer", "firefighter",
    "bus driver", "pilot", "musician", "shop owner", "tailor", "librarian", "programmer", "judge",
    "postman", "mechanic", "photographer", "dentist", "fisherman", "shepherd",
)  # fmt: skip
ADJECTIVES = (
    "old", "new", "small", "large", "strange", "beautiful", "broken", "heavy", "light", "quiet",
    "loud", "expensive", "cheap", "simple", "famous", "forgotten", "useful", "dangerous", "soft",
    "bright", "dark", "clean", "dusty", "wooden",
)  # fmt: skip
TIMES = (
    "on a cold morning", "on a hot afternoon", "late at night", "at sunrise", "after the rain",
    "on a Sunday", "in the middle of winter", "on the first day of spring", "during a storm",
    "on market day", "at the end of summer", "before breakfast",
)  # fmt: skip
READERS = ("a child", "a friend", "a student", "an old man", "someone who has never seen it")
FEELINGS = ("happy", "sad", "angry", "surprised", "tired", "proud", "afraid", "curious", "bored")


def _start(text: str) -> str:
    return text[0].upper() + text[1:]


def _the(who: str) -> str:
    """ "a little girl" becomes "the little girl"."""
    return f"the {who.split(' ', 1)[1]}" if who.startswith(("a ", "an ")) else f"the {who}"


def compare(rng: random.Random) -> Prompt:
    """How two things differ."""
    one, other = rng.sample(THINGS, 2)
    text = f"What is the difference between {a(one)} and {a(other)}?"
    return Prompt("compare", f"{text} {SIMPLE}", "", f"Question: {text}\nAnswer: ")


def choose(rng: random.Random) -> Prompt:
    """Which of two matters is more important."""
    one, other = rng.sample(MATTERS, 2)
    text = f"Which is more important, {one} or {other}?"
    return Prompt("choose", f"{text} {SIMPLE}", "", f"Question: {text}\nAnswer: ")


def without(rng: random.Random) -> Prompt:
    """A world without something."""
    matter = rng.choice([*MATTERS, *(f"the {thing}" for thing in THINGS)])
    ask = f"What would the world be like without {matter}? Use three short, simple sentences."
    return Prompt("without", ask, f"Without {matter},", "")


def explain(rng: random.Random) -> Prompt:
    """Something explained to somebody."""
    thing, reader = rng.choice([*MATTERS, *(a(thing) for thing in THINGS)]), rng.choice(READERS)
    ask = f"Explain {thing} to {reader} in four short sentences."
    return Prompt("explain", ask, "", "")


def describe(rng: random.Random) -> Prompt:
    """A thing, somewhere, some time."""
    thing, adjective = rng.choice(THINGS), rng.choice(ADJECTIVES)
    where, when = rng.choice(WHERE), rng.choice(TIMES)
    ask = f"Describe {a(adjective)} {thing} {where} {when}. Use four short sentences."
    return Prompt("describe", ask, f"The {adjective} {thing}", "")


def day(rng: random.Random) -> Prompt:
    """A day of somebody at work."""
    job, thing, when = rng.choice(JOBS), rng.choice(THINGS), rng.choice(TIMES)
    ask = f"Write five short sentences about {a(job)} who needs {a(thing)} {when}."
    return Prompt("day", ask, f"The {job}", "")


def talk(rng: random.Random) -> Prompt:
    """Two people speak."""
    one, other = rng.sample(JOBS, 2)
    topic = rng.choice([*MATTERS, *(a(thing) for thing in THINGS)])
    ask = (
        f"Write a short conversation between {a(one)} and {a(other)} about {topic}."
        " Each of them says two short sentences."
    )
    return Prompt("talk", ask, f"{_start(one)}:", "")


def diary(rng: random.Random) -> Prompt:
    """A page of a diary."""
    who, what, feeling = rng.choice([*WHO, *map(a, JOBS)]), rng.choice(WHAT), rng.choice(FEELINGS)
    ask = (
        f"Write a short diary page of {who} who found {what} and is {feeling}."
        " Use four short sentences and simple words."
    )
    return Prompt("diary", ask, "Today I", "")


def advice(rng: random.Random) -> Prompt:
    """Advice for a friend."""
    what = rng.choice([*(f"how to {how}" for how in HOWS), *(f"buying {a(t)}" for t in THINGS)])
    ask = f"Give a friend advice about {what} {rng.choice(TIMES)}. Use three short sentences."
    return Prompt("advice", ask, "", "")


def steps(rng: random.Random) -> Prompt:
    """How to do something."""
    how = rng.choice(HOWS)
    ask = f"Tell {rng.choice(READERS)} how to {how}. Use four short sentences, no list."
    return Prompt("steps", ask, "First,", "")


def news(rng: random.Random) -> Prompt:
    """News of a small place."""
    who, what, where = rng.choice([*WHO, *map(a, JOBS)]), rng.choice(WHAT), rng.choice(WHERE)
    ask = f"Write a short piece of news about {who}, {what} and what happened {where}."
    return Prompt("news", ask, rng.choice(["Yesterday,", "This week,", "Last night,"]), "")


def past(rng: random.Random) -> Prompt:
    """How it was before."""
    thing = rng.choice(THINGS)
    ask = f"How did people live before there was {a(thing)}? Use three short sentences."
    return Prompt("past", ask, f"Before there was {a(thing)},", "")


def tale(rng: random.Random) -> Prompt:
    """A story of two, longer than those of the bundled model's text."""
    one, other = rng.sample([*WHO, *map(a, JOBS)], 2)
    what, where, when = rng.choice(WHAT), rng.choice(WHERE), rng.choice(TIMES)
    start = rng.choice([
        "Once upon a time,", "One day,", "Long ago,", "There was once", f"{_start(when)},",
        f"{_start(_the(one))}", f"{_start(where)},",
    ])  # fmt: skip
    ask = (
        f"Write a short story about {one} and {other} {where} {when}. It is about {what}."
        " Use six short sentences and simple words."
    )
    return Prompt("tale", ask, start, "")


def reason(rng: random.Random) -> Prompt:
    """A reason given to somebody."""
    why = rng.choice(WHYS)
    ask = f"Tell {rng.choice(READERS)} why {why}. Use three short sentences."
    return Prompt("reason", ask, "", "")


Draw = Callable[[random.Random], Prompt]
FORMS: dict[Draw, int] = {
    prompts.draw: 10, compare: 12, choose: 4, without: 4, explain: 6, describe: 12, day: 10,
    talk: 10, diary: 7, advice: 5, steps: 2, news: 7, past: 2, tale: 22, reason: 2,
}  # fmt: skip
"""The forms, and how often each is asked for."""

MAX_NEW = {
    "question": 64, "because": 64, "fact": 80, "compare": 72, "choose": 64, "without": 88,
    "reason": 88, "past": 88,
}  # fmt: skip
LONGEST = 144  # tokens of an answer of any other kind


def numbered(seed: int, number: int) -> Prompt:
    """The request with this number, the same on every machine."""
    rng = random.Random(f"{seed}/{number}")
    form = rng.choices(list(FORMS), weights=list(FORMS.values()))[0]
    return form(rng)
