"""What the default model is asked to write: many topics, many forms, all of them simple.

A model of four million parameters learns from text that says plain things in plain words, so each
prompt asks for little. `draw` picks one prompt; the same random numbers give the same prompt.
"""

import random
from dataclasses import dataclass


def _list(block: str) -> list[str]:
    return block.replace("\n", "").split("|")


THINGS = _list("""
computer|computer program|keyboard|phone|robot|internet|website|battery|camera|clock|car|
bicycle|train|airplane|ship|bridge|road|house|door|window|table|chair|lamp|book|library|
newspaper|pencil|letter|map|school|teacher|student|doctor|hospital|farmer|farm|baker|bakery|
cook|kitchen|restaurant|market|shop|bank|museum|city|village|country|park|garden|tree|flower|
leaf|seed|forest|mountain|river|lake|ocean|island|beach|desert|volcano|earthquake|cloud|
rainbow|storm|planet|star|galaxy|satellite|rocket|telescope|microscope|magnet|engine|wheel|
machine|dog|cat|horse|cow|sheep|pig|chicken|duck|rabbit|mouse|elephant|lion|tiger|bear|monkey|
whale|dolphin|shark|fish|frog|snake|turtle|bird|eagle|owl|penguin|bee|butterfly|ant|spider|
dinosaur|apple|banana|orange|lemon|potato|tomato|carrot|cake|sandwich|soup|heart|brain|bone|
muscle|friend|family|neighbor|king|queen|soldier|writer|painter|scientist|engineer|song|poem|
story|movie|game|football game|piano|guitar|violin|dance|birthday|holiday|dream|triangle|
circle|number|fraction|word|sentence|question|language|dictionary|computer memory|processor|
computer chip|hard drive|computer network|programming language|algorithm|neural network|
language model|chatbot|password|database|spreadsheet
""")

MATTERS = _list("""
water|ice|air|fire|light|sound|heat|electricity|energy|gravity|time|space|snow|rain|wind|sand|
gold|iron|glass|paper|plastic|wood|cotton|milk|bread|cheese|rice|sugar|salt|honey|coffee|tea|
chocolate|money|music|art|history|science|mathematics|weather|spring|summer|autumn|winter|
sleep|health|exercise|food|happiness|friendship|love|fear|courage|honesty|kindness|patience|
learning|reading|writing|swimming|cooking|gardening|the sun|the moon|the sky|the sea|
the earth|software|machine learning|artificial intelligence|computer science|data|speed
""")

WHYS = _list("""
the sky is blue|the sea is salty|the grass is green|leaves fall in autumn|ice floats on water|
we need sleep|we need water|we need to eat|people laugh|people cry|birds can fly|
fish can swim|cats like to sleep|dogs bark|bees make honey|bears sleep in winter|
the sun is hot|the moon shines|it rains|it snows|there are seasons|day turns into night|
stars twinkle|the wind blows|water boils|metal feels cold|shadows move|a rainbow has colors|
a boat floats|a magnet sticks to iron|a ball falls down|plants need light|trees are important|
children go to school|reading is useful|exercise is healthy|friends are important|
honesty matters|people save money|people learn languages|people use computers|
a computer needs memory|a computer needs electricity|computers are fast|a computer gets hot|
a phone needs a battery|a language model needs a lot of data|large models are slow|
small models are fast|memory is important for a computer|we use maps|we use clocks|
we use numbers|people like music|people tell stories|we wash our hands|we brush our teeth|
vegetables are healthy|too much sugar is bad|bread rises in the oven|it is good to share|
we should be kind|we should protect nature|practice helps us learn
""")

HOWS = _list("""
make a cup of tea|cook rice|bake a cake|make a sandwich|boil an egg|plant a tree|
grow tomatoes|wash my hands|clean a room|learn a new language|learn to swim|ride a bicycle|
write a letter|write a story|read a map|make a friend|save money|sleep better|stay healthy|
study for a test|use a computer|write a computer program|choose a good password|
take a good picture|draw a cat|play the piano|train a dog|feed a cat|take care of a plant|
be on time|be a good friend|solve a math problem|find a book in a library|travel by train
""")

WHO = _list("""
a little girl|a little boy|an old man|a kind woman|a small dog|a gray cat|a brave mouse|
a young rabbit|a lazy bear|a clever fox|a little bird|a friendly robot|a farmer|a baker|
a young king|a princess|a fisherman|a teacher|two brothers|two friends|a tiny dragon
""")
WHERE = _list("""
in a small village|in a big city|in the forest|by the sea|on a farm|near a river|
on a high mountain|in a quiet garden|at school|on a small island|in the snow|in an old house
""")
WHAT = _list("""
a lost key|a red ball|a magic stone|a broken clock|an old map|a big storm|a warm coat|
a birthday cake|a new friend|a long journey|a bright star|a secret door|a hungry wolf|
a little boat|a golden apple|a cold winter|an old book|a small gift|a funny hat|a tall tree
""")

SIMPLE = "Answer in one or two short, simple sentences."


@dataclass(frozen=True)
class Prompt:
    """`ask` goes to the model as the user's turn, `lead` begins its answer, `head` the document."""

    kind: str
    ask: str
    lead: str
    head: str


def a(noun: str) -> str:
    """The noun with its article: "an apple", "a bank"."""
    return f"{'an' if noun[0] in 'aeiou' else 'a'} {noun}"


def question(rng: random.Random) -> Prompt:
    """A question in one of the common forms, answered in a sentence or two."""
    thing, matter = rng.choice(THINGS), rng.choice(MATTERS)
    text = rng.choice([
        f"What is {a(thing)}?", f"What is {a(thing)}?", f"What is {a(thing)}?",
        f"Tell me something about {a(thing)}.",
        f"Why is {a(thing)} important?", f"What is {matter}?", f"What is {matter}?",
        f"Why is {matter} important?", f"Tell me something about {matter}.",
        f"How do I {rng.choice(HOWS)}?", f"How do I {rng.choice(HOWS)}?",
    ])  # fmt: skip
    return Prompt("question", f"{text} {SIMPLE}", "", f"Question: {text}\nAnswer: ")


def because(rng: random.Random) -> Prompt:
    """A reason, either as an answer or as a sentence that goes on after "because"."""
    fact = rng.choice(WHYS)
    if rng.random() < 0.5:
        ask = f"Why is it that {fact}? {SIMPLE}"
        return Prompt("because", ask, "", f"Question: Why is it that {fact}?\nAnswer: ")
    start = f"{fact[0].upper()}{fact[1:]} because"
    return Prompt("because", f"Complete the sentence: {start} ... {SIMPLE}", start, "")


def fact(rng: random.Random) -> Prompt:
    """A few plain sentences that begin with the topic."""
    thing, matter = rng.choice(THINGS), rng.choice(MATTERS)
    start = rng.choice([f"{a(thing)} is", f"{a(thing)} has", f"{a(thing)} can", f"{matter} is"])
    ask = f"Write three short, simple sentences about {start.rsplit(' ', 1)[0]}."
    return Prompt("fact", ask, start[0].upper() + start[1:], "")


def story(rng: random.Random) -> Prompt:
    """Four to six sentences for a small child."""
    who, where, what = rng.choice(WHO), rng.choice(WHERE), rng.choice(WHAT)
    start = rng.choice(["Once upon a time", "Once upon a time", "One day,", "Long ago,"])
    ask = (
        f"Write a very short story for a small child about {who} {where} and {what}."
        " Use four short sentences and simple words."
    )
    return Prompt("story", ask, start, "")


def draw(rng: random.Random) -> Prompt:
    """One prompt of any kind."""
    kinds = [question, because, fact, story]
    return rng.choices(kinds, weights=[45, 12, 15, 28])[0](rng)
