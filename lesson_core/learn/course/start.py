"""The first pages: what the lab is, and what this machine can do."""

from lesson_core.learn.course.entry import SHORT, Lesson

START: tuple[Lesson, ...] = (
    Lesson(
        id="home",
        section="start",
        path="pages/start/home.py",
        url_path="",
        job="token_clock",
        questions="lesson_core.learn.questions.home",
        shown=(
            ("lesson_core/generate/decode.py", "prefill"),
            ("lesson_core/model/transformer.py", "Transformer.hidden"),
            ("lesson_core/generate/decode.py", "decode_one_token"),
            ("lesson_core/generate/flat.py", "step"),
        ),
        parts=SHORT,
        numbers={"explanation": ("prompt_tokens", "ttft_ms", "tpot_ms", "ratio")},
    ),
    Lesson(
        id="machine",
        section="start",
        path="pages/start/machine.py",
        url_path="machine",
        job="machine_card",
        questions="lesson_core.learn.questions.machine",
        shown=(("lesson_core/measure/machine.py", "measure_card"),),
        numbers={
            "explanation": ("gflops", "peak_gflops", "share", "bandwidth_gbs", "ridge"),
        },
    ),
)  # fmt: skip
