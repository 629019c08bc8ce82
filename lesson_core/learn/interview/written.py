"""A finished interview as one Markdown file, to keep, to print, to show somebody.

What the learner typed stands in fences that are longer than any run of backticks in it, so that
nothing of it is read as Markdown or HTML.
"""

import re
from collections.abc import Sequence
from datetime import datetime

from lesson_core.learn import words
from lesson_core.learn.interview import report
from lesson_core.learn.interview.log import Sitting
from lesson_core.learn.interview.report import Row, Topic

TICKS = re.compile(r"`+")


def markdown(sitting: Sitting, now: datetime, lang: str) -> str:
    """Head, strengths and gaps, every question with both answers."""
    found = report.rows(sitting, lang)
    told = report.topics(found, sitting.wish.level)
    parts = [
        f"# {words.t(lang, 'interview.title')}", head(sitting, now, lang),
        *_listed(report.strengths(told), lang, "strengths"),
        *_listed(report.gaps(told), lang, "gaps"),
        *(_question(row, lang) for row in found),
    ]  # fmt: skip
    return "\n\n".join(parts) + "\n"


def head(sitting: Sitting, now: datetime, lang: str) -> str:
    """When, for which role and level, how long it took, how much was answered."""
    answered = sum(1 for reply in sitting.replies.values() if reply)
    return words.t(
        lang, "interview.head", when=f"{sitting.begun.astimezone():%Y-%m-%d %H:%M}",
        preset=words.t(lang, f"interview.presets.{sitting.wish.preset}"),
        level=sitting.wish.level, minutes=str(sitting.wish.minutes),
        used=clock(sitting.used(now)), answered=answered, count=len(sitting.items),
    )  # fmt: skip


def clock(seconds: float) -> str:
    """“12:05”: minutes and seconds."""
    whole = max(0, round(seconds))
    return f"{whole // 60}:{whole % 60:02}"


def points(topic: Topic, lang: str) -> str:
    """“1.5 of 3”: what a topic came to."""
    total = f"{topic.score * topic.count:g}"
    return words.t(lang, "interview.points", points=total, count=topic.count)


def fenced(text: str) -> str:
    """Foreign text as a block that it cannot leave."""
    plain = text.replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "␀")
    fence = "`" * max(3, 1 + max((len(run) for run in TICKS.findall(plain)), default=0))
    return f"{fence}text\n{plain}\n{fence}"


def _listed(found: Sequence[Topic], lang: str, key: str) -> list[str]:
    if not found:
        return []
    lines = [
        f"- {topic.name} · {points(topic, lang)} · "
        + ", ".join(words.t(lang, f"lessons.{lesson}.title") for lesson in topic.lessons)
        for topic in found
    ]
    return [f"## {words.t(lang, f'interview.{key}')}", "\n".join(lines)]


def _question(row: Row, lang: str) -> str:
    def t(key: str, **values: object) -> str:
        return words.t(lang, f"interview.{key}", **values)

    parts = [f"## {row.n + 1}. {row.topic}", f"{row.level} · {clock(row.seconds)}", row.ask]
    if row.table:
        lines = [f"| | {t('yesterday')} | {t('today')} |", "|---|--:|--:|"]
        parts.append("\n".join([*lines, *(f"| {a} | {b} | {c} |" for a, b, c in row.table)]))
    if row.note:
        parts += [f"**{t('whiteboard')}**", fenced(row.note)]
    own = [f"**{t('yours')}**", fenced(row.mine)] if row.mine else []
    parts += [f"**{t(f'outcome.{row.outcome}')}**", *own]
    if row.diagnosis:
        parts.append(row.diagnosis)
    if row.right:
        label = words.t(lang, "card.model_answer") if row.rubric else t("right")
        parts += [f"**{label}**", row.right]
    if row.why:
        parts.append(row.why)
    if row.rubric:
        levels = [f"- **{level}** {text}" for level, text in row.rubric.items()]
        parts.append("\n".join(levels))
    if row.rated:
        parts.append(t("rated_as", level=row.rated))
    parts.append(t("see_page", page=words.t(lang, f"lessons.{row.lesson}.title")))
    return "\n\n".join(parts)
