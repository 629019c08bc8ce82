"""The articles' programming problems: as they are often solved, why that fails, and solved."""

from lesson_core.learn.course.entry import Lesson

CODE: tuple[Lesson, ...] = (
    Lesson(
        id="transformer",
        section="code",
        path="pages/code/transformer.py",
        url_path="transformer",
        job="train_transformer",
        questions="lesson_core.learn.questions.transformer",
        shown=(
            ("lesson_core/tasks/broken_transformer.py", "FirstAttempt.__init__"),
            ("lesson_core/tasks/broken_transformer.py", "FirstAttempt.forward"),
            ("lesson_core/tasks/broken_transformer.py", "nothing_to_learn"),
            ("lesson_core/tasks/broken_transformer.py", "order_blind"),
            ("lesson_core/tasks/broken_transformer.py", "looks_ahead"),
            ("lesson_core/tasks/first_transformer.py", "batch"),
            ("lesson_core/tasks/first_transformer.py", "loss_of"),
            ("lesson_core/tasks/first_transformer.py", "learn"),
            ("lesson_core/tasks/first_transformer.py", "test"),
            ("lesson_core/tasks/untrained.py", "untrained"),
        ),
        numbers={
            "explanation": ("classes", "classes_part", "spread_part", "loss", "ended"),
        },
    ),
    Lesson(
        id="evaluate",
        section="code",
        path="pages/code/evaluate.py",
        url_path="evaluate",
        job="evaluate",
        questions="lesson_core.learn.questions.evaluate",
        shown=(
            ("lesson_core/theory/perplexity.py", "mean_of_means"),
            ("lesson_core/theory/perplexity.py", "per_token"),
            ("lesson_core/tasks/evaluate.py", "counted"),
            ("lesson_core/tasks/evaluate.py", "told"),
            ("lesson_core/tasks/quality.py", "windows"),
        ),
        numbers={
            "explanation": (
                "perplexity", "tokens", "low", "high", "promised", "batches", "right", "means",
                "padded", "both", "train_one", "train_two", "bpb",
            ),
        },
    ),
    Lesson(
        id="string-to-vector",
        section="code",
        path="pages/code/string_to_vector.py",
        url_path="string-to-vector",
        job="word_vectors",
        questions="lesson_core.learn.questions.string_to_vector",
        shown=(
            ("lesson_core/tasks/vectors.py", "as_written"),
            ("lesson_core/tasks/vectors.py", "words_of"),
            ("lesson_core/tasks/vectors.py", "string_to_vector"),
            ("lesson_core/tasks/vectors.py", "cosine"),
            ("lesson_core/tasks/vectors.py", "analogy"),
            ("lesson_core/tasks/vectors.py", "plane"),
        ),
        numbers={
            "explanation": (
                "promised", "usual", "lost", "marked", "capital", "plain", "ours", "zh", "film",
            ),
        },
    ),
    Lesson(
        id="classification",
        section="code",
        path="pages/code/classification.py",
        url_path="classification",
        job="classify",
        questions="lesson_core.learn.questions.classification",
        shown=(
            ("lesson_core/tasks/classify/shapes.py", "as_written"),
            ("lesson_core/tasks/classify/shapes.py", "label_of"),
            ("lesson_core/tasks/classify/linear.py", "Linear.fit"),
            ("lesson_core/tasks/classify/linear.py", "Linear.shares"),
            ("lesson_core/tasks/classify/fine_tuned.py", "FineTuned.learn"),
            ("lesson_core/tasks/classify/by_likelihood.py", "ByLikelihood.shares"),
            ("lesson_core/tasks/classify/classifier.py", "judged"),
            ("lesson_core/theory/calibration.py", "expected_error"),
        ),
        numbers={
            "explanation": (
                "unseen", "words", "classes", "chance", "vectors", "sentences", "tuned", "told",
                "told_n", "times", "promised",
            ),
        },
    ),
    Lesson(
        id="translation",
        section="code",
        path="pages/code/translation.py",
        url_path="translation",
        job="translation",
        questions="lesson_core.learn.questions.translation",
        shown=(
            ("lesson_core/tasks/translate/word_by_word.py", "Lexicon.translate"),
            ("lesson_core/model/encoder_decoder.py", "EncoderDecoder.read"),
            ("lesson_core/model/encoder_decoder.py", "DecoderLayer.forward"),
            ("lesson_core/model/attending.py", "Attention.forward"),
            ("lesson_core/generate/beam.py", "greedy_without_cache"),
            ("lesson_core/generate/beam.py", "beam"),
        ),
        numbers={
            "explanation": (
                "bleu", "greedy", "vectors", "dictionary", "sentences", "read", "written",
                "passes", "layers", "times",
            ),
        },
    ),
)  # fmt: skip
