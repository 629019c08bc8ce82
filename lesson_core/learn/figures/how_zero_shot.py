"""Numbers of the lesson on how zero-shot ability comes about: students, and what teaching costs."""

from lesson_core.learn.figures.translation import PAIRS
from lesson_core.theory import costs, tables
from lesson_core.theory.labelled_sentences import sentences, topics
from lesson_core.theory.recorded import recorded

TOKENS = 10**9  # that the 8B teacher reads and the 1B student learns from
REACHED = 0.4  # of the peak, a usual share for training
TOP, ID_BYTES, CHANCE_BYTES = 50, 4, 2  # what may be kept of a position
WIDTH = 384  # numbers of a sentence vector


def how_zero_shot() -> dict[str, str]:
    """`h_…`: the sets, the students made otherwise, and an 8B teacher with a 1B student."""
    teacher, student = (tables.models()[f"Llama-3.{name}"] for name in ("1-8B", "2-1B"))
    rate = REACHED * tables.hardware()["H100 SXM"].flops["bf16"]
    reads = TOKENS * costs.weights_read_per_step(teacher, 2) / rate  # 2 FLOP per weight and token
    learns = 3 * TOKENS * costs.weights_read_per_step(student, 2) / rate
    whole, kept = teacher.vocab_size * CHANCE_BYTES, TOP * (ID_BYTES + CHANCE_BYTES)
    return {
        "h_classes": f"{len(topics('zh'))}",
        "h_sentences": f"{len(sentences('zh'))}",
        "h_pairs": f"{PAIRS:,}",
        "h_tokens_b": f"{TOKENS / 1e9:g}",
        "h_reached": f"{100 * REACHED:g}",
        "h_reads_h": f"{reads / 3600:.1f}",
        "h_learns_h": f"{learns / 3600:.1f}",
        "h_vocab": f"{teacher.vocab_size:,}",
        "h_all_tb": f"{TOKENS * whole / 1e12:.0f}",
        "h_top": f"{TOP}",
        "h_top_gb": f"{TOKENS * kept / 1e9:.0f}",
        "h_less": f"{whole / kept:.0f}",
        "h_vector_bytes": f"{WIDTH * CHANCE_BYTES}",
        **_students(),
        **_measured(),
    }


def _students() -> dict[str, str]:
    """Percent right of the students that were made in other ways, measured once."""
    told = recorded("chinese_student")
    found = told["rows"]
    told_of = ("random_english", "glosses_chinese", "glosses_english", "shipped")
    return {
        "h_few": f"{told['batch'] * found['glosses_chinese']['steps']:,}",
        **{f"h_{name}": f"{100 * found[name]['right'] / found[name]['n']:.0f}" for name in told_of},
    }


def _measured() -> dict[str, str]:
    """From the benchmark's record: the teacher on the lab's sentences, few-shot on CLINC-150."""
    found = recorded("abilities")
    own, curves = found["zero_shot"]["own"], found["few_shot"]["curves"]
    return {
        "h_teacher_en": f"{100 * own['en']['accuracy']:.0f}",
        "h_teacher_zh": f"{100 * own['zh']['accuracy']:.0f}",
        "h_chance": f"{100 / len(topics('en')):.0f}",
        "h_practised": f"{found['few_shot']['practised']}",
        **{
            f"h_{method}_{shots}": f"{100 * curves[method][shots]['mean']:.1f}"
            for method in ("maml", "scratch", "prototypes")
            for shots in ("1", "5")
        },
    }
