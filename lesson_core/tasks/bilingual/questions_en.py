"""English questions with answers, written by the project, under its licence.

The default model answers plain questions at length and not always rightly; these are short and
right, and they name the things this course is about.
"""

ANSWERS = """
a computer|A computer is a machine that follows a program. It has a processor, memory and a disk.
a processor|A processor is the part of a computer that carries out the instructions of a program.
computer memory|Computer memory holds the data that the processor is working on. It is fast, but \
it forgets everything when the power is off.
a hard drive|A hard drive keeps files for a long time. It is slower than memory, but it holds \
much more.
a cache|A cache keeps data that is used often close to the processor, so that it can be read \
quickly.
bandwidth|Bandwidth is how much data can be moved in one second.
a program|A program is a list of instructions that a computer follows one after another.
an algorithm|An algorithm is a list of steps that solves a problem.
data|Data is information that is written down, such as numbers, words, pictures and sounds.
the internet|The internet connects computers all over the world, so that people can share \
information.
a robot|A robot is a machine that can do work by itself. Some robots build cars, and some clean \
the floor.
artificial intelligence|Artificial intelligence means that a machine does things that need \
thinking, such as translating a text or playing a game.
machine learning|Machine learning means that a computer finds rules in data by itself, so that \
nobody has to write them down.
a neural network|A neural network has many layers. Each layer multiplies its input by weights and \
passes the result on.
a language model|A language model reads a text and guesses the next token. It does this again and \
again to write an answer.
a large language model|A large language model is a language model with very many weights. It has \
read a lot of text and can answer questions.
a token|A token is a piece of text, such as a word or a part of a word. A language model reads \
and writes tokens.
a weight|A weight is a number inside a model. It is learned from data, and it is read for every \
token that the model writes.
training|Training means showing a model many examples and changing its weights a little each time.
inference|Inference means using a trained model. It first reads the whole prompt and then writes \
one token at a time.
prefill|Prefill is the first step of inference. The model reads all tokens of the prompt at once.
decoding|Decoding is the second step of inference. The model writes one token at a time and reads \
all its weights for each of them.
attention|Attention lets each token look at the tokens before it and decide which of them matter.
quantization|Quantization stores the weights with fewer bits. The model gets smaller and faster, \
but it may lose a little quality.
a batch|A batch is a group of requests that are handled together. The weights are read once for \
all of them.
latency|Latency is the time from a question to its answer. A short latency feels fast.
throughput|Throughput is how much work is done in one second, for example how many tokens are \
written.
a password|A password protects your account. A good password is long, and you do not tell it to \
anybody.
the sun|The sun is a star. It gives light and heat to the earth.
the moon|The moon travels around the earth. It has no light of its own, but it shines in the \
light of the sun.
the earth|The earth is the planet we live on. It travels around the sun once a year.
a star|A star is a very large ball of hot gas that gives light. The sun is a star.
water|Water is a clear liquid with no taste. People, animals and plants need it to live.
air|Air is the gas that we breathe. It is made mostly of nitrogen and oxygen.
rain|Rain is water that falls from the clouds in small drops.
snow|Snow is made of small pieces of ice that fall from the clouds when it is cold.
wind|Wind is air that moves. Warm air rises and cold air takes its place.
a rainbow|A rainbow is a band of colors in the sky. It appears when the sun shines on drops of rain.
a tree|A tree is a tall plant with a trunk, branches and leaves.
a flower|A flower is the part of a plant that makes seeds. Many flowers have bright colors and \
smell sweet.
a river|A river is a stream of water that flows to a lake or to the sea.
a mountain|A mountain is land that is much higher than the land around it.
a dog|A dog is an animal that lives with people. It is a good friend and guards the house.
a cat|A cat is a quiet animal that likes to sleep and to catch mice.
a bird|A bird is an animal with wings and feathers. Most birds can fly.
a fish|A fish is an animal that lives in water and swims with its tail.
a bee|A bee is a small insect that flies from flower to flower and makes honey.
a book|A book has many pages with words or pictures. People read books to learn and to enjoy a \
story.
a library|A library is a place with many books. You can read them there or take them home.
a school|A school is a place where children learn to read, to write and to count.
a teacher|A teacher is a person who helps students to learn.
a doctor|A doctor is a person who helps sick people to get well.
a friend|A friend is a person you like and trust. Friends help each other.
bread|Bread is a food made of flour and water and baked in an oven.
music|Music is a pattern of sounds that people enjoy.
money|Money is what people use to buy things.
time|Time is what a clock measures. It always goes forward.
a clock|A clock is a machine that shows the time.
a bicycle|A bicycle has two wheels. You ride it by pushing the pedals with your feet.
a train|A train runs on rails and carries many people at once.
"""

REASONS = """
the sky is blue|the air scatters the blue light of the sun in all directions.
the sea is salty|rivers carry salt from the rocks into it, and the salt stays when the water \
dries up.
leaves fall in autumn|the tree saves water and energy for the winter.
ice floats on water|ice is lighter than the same amount of water.
we need sleep|our body and our brain must rest.
we need water|most of our body is made of water.
day turns into night|the earth turns around itself, and our side turns away from the sun.
plants need light|they use it to make their own food.
a computer needs memory|the processor can only work on data that it can read quickly.
a computer gets hot|some of the electricity in its chips turns into heat.
large models are slow|all their weights must be read for every token.
small models are fast|they have few weights to read for each token.
decoding is slower than prefill|it reads all the weights for just one token.
people use computers|computers work quickly and do not get tired.
reading is useful|books teach us what other people have learned.
exercise is healthy|it makes the heart and the muscles strong.
friends are important|they help us when life is hard.
"""


def questions() -> list[str]:
    """Every question with its answer, and every answer alone."""
    out = []
    for line in ANSWERS.strip().splitlines():
        topic, answer = line.split("|")
        for ask in (f"What is {topic}?", f"Tell me something about {topic}."):
            out.append(f"Question: {ask}\nAnswer: {answer}")
        out.append(answer)
    for line in REASONS.strip().splitlines():
        fact, reason = line.split("|")
        sentence = f"{fact[0].upper()}{fact[1:]} because {reason}"
        out += [sentence, f"Question: Why is it that {fact}?\nAnswer: {sentence}"]
    return out
