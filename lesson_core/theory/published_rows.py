"""One published measurement as something that can be predicted, or the reason why it cannot.

A row has the columns of assets/tables/published_decode.csv. What each metric measures:

    step     seconds of one decode step       decode_speed, time_per_token, tpot, itl_intercept
    slope    seconds a step takes longer per token of context       itl_slope_per_context_token
    prefill  seconds of one pass over the prompts                   prefill_speed, ttft
    whole    seconds of prefill and all steps                       total rates, throughputs

llama-bench's tgN starts from an empty context: its mean context is N/2, like every other answer's
is prompt + N/2.
"""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from lesson_core.theory import hardware_table, model_table, schemes
from lesson_core.theory.deployment import Deployment, combine
from lesson_core.theory.software import classify

Measure = Literal["step", "slope", "prefill", "whole"]
LONGEST = 10_000_000  # tokens: beyond it a row is a slip of the pen
MOST = 100_000  # cards, sequences


@dataclass(frozen=True, kw_only=True)
class Case:
    """`seconds` were measured, for what `measure` says; lengths are in tokens."""

    id: str
    measure: Measure
    deployment: Deployment
    seconds: float
    prompt: float
    generated: float
    batch: int
    bad: bool  # known to be faulty, or set up badly: never calibrated on
    source: str

    @property
    def group(self) -> tuple[str, str]:
        """Hardware and model: the unit that is held out whole."""
        return self.deployment.hardware.name, self.deployment.model.name

    @property
    def single_step(self) -> bool:
        """A decode step of one sequence: what efficiencies of decoding are learned from."""
        return self.measure == "step" and self.batch == 1

    def predict(self, factors: Mapping[str, float]) -> float:
        """The same seconds, predicted."""
        d, late = self.deployment, self.deployment.software.overlapped
        if self.measure == "slope":
            near, far = (
                combine(d.decode_terms(tokens, self.batch), factors, overlapped=False)
                for tokens in (0, 1000)
            )
            return (far - near) / 1000
        context = self.prompt + self.generated / 2
        if self.measure == "step":
            return combine(d.decode_terms(context, self.batch), factors, late)
        prompts = max(self.prompt, 1)
        prefill = combine(d.prefill_terms(prompts, self.batch), factors, late)
        if self.measure == "prefill":
            return prefill
        step = combine(d.decode_terms(context, self.batch), factors, late)
        return prefill + self.generated * step


def read(row: Mapping[str, str | None]) -> Case | str:
    """A row as a case, or the reason against it as one word."""
    text = {key: (value or "").strip() for key, value in row.items() if isinstance(key, str)}
    value, batch = _number(text.get("value", "")), _count(text.get("batch", "") or "1")
    cards = _count(text.get("n_gpus", "") or "1")
    if value is None or cards is None:
        return "value"
    if batch is None:
        return "load"
    metric = text.get("metric", "").lower()
    if re.search(r"ambiguous|request|_slo_|mtp|specul|goodput", metric):
        return "metric"
    device = hardware_table.find_named(text.get("hardware", ""))
    if device is None:
        return "hardware"
    if re.search(r"not stated", text.get("hardware", ""), re.IGNORECASE):
        return "hardware"
    model = model_table.find(text.get("model", ""))
    if model is None:
        return "model"
    software = classify(text.get("software", ""), device.kind)
    if software is None:
        return "software"
    written, kept = text.get("weights_dtype", ""), text.get("kv_dtype", "")
    scheme = schemes.named(written, kept, packs_head=software.packs_head)
    if scheme is None:
        return "format"
    deployment = Deployment(
        model=model, hardware=device, cards=cards, scheme=scheme, software=software
    )
    prompt, generated = _tokens(text.get("prompt_len", "")), _tokens(text.get("gen_len", ""))
    seconds = _seconds(metric, text.get("unit", ""), value, batch, cards, prompt, generated)
    if isinstance(seconds, str):
        return seconds
    measure, measured = seconds
    if measure in ("prefill", "whole") and deployment.peak is None:
        return "peak"
    return Case(
        id=text.get("id", ""), measure=measure, deployment=deployment, seconds=measured,
        prompt=0.0 if "intercept" in metric else prompt, generated=generated, batch=batch,
        bad=_bad(text, deployment), source=text.get("source", ""),
    )  # fmt: skip


def _seconds(
    metric: str, unit: str, value: float, batch: int, cards: int, prompt: float, generated: float
) -> tuple[Measure, float] | str:
    """What was measured, in seconds: rates turned round, milliseconds divided."""
    rate = "/s" in unit or (not unit and re.search(r"speed|rate|throughput", metric) is not None)
    small = 1e-3 if unit.startswith("ms") else 1e-6 if unit.startswith(("us", "µs")) else 1.0
    if "slope" in metric:
        return "slope", value * small
    if re.search(r"prefill|prompt_(eval|processing)|^pp", metric):
        if prompt < 1:
            return "length"
        each = 1 / value if rate else value * small
        return "prefill", batch * prompt * each if rate or "per_token" in metric else value * small
    if "ttft" in metric:
        if batch > 1:  # it waited in a queue
            return "load"
        return ("prefill", value * small) if prompt >= 1 else "length"
    if "total" in metric or "throughput" in metric:
        per_step = "decode" in metric
        scale = cards if "per_gpu" in metric else 1
        if per_step:
            return "step", batch / (value * scale)
        if generated < 1:
            return "length"
        tokens = batch * (generated + (prompt if "prompt_plus" in metric else 0))
        return "whole", tokens / (value * scale)
    if re.search(r"decode|generation|tpot|itl|token|^tg|eval", metric):
        if rate:
            return "step", 1 / value
        shared = "time_per_token" in metric  # of a batch: the step's time divided by it
        return "step", value * small * (batch if shared else 1)
    return "metric"


def _bad(text: Mapping[str, str], deployment: Deployment) -> bool:
    """Rows known to mislead: flagged by who collected them, or a baseline set up badly."""
    if "OUTLIER" in text.get("source", ""):
        return True
    sglang_h20 = deployment.hardware.name == "H20" and "sglang" in text.get("software", "").lower()
    if sglang_h20 and deployment.format in ("16 bit", "4 bit"):
        # bf16 slower than plain transformers, GPTQ experts at a fifth of fp8.
        return deployment.format == "16 bit" or "GPTQ" in text.get("weights_dtype", "").upper()
    two = deployment.cards == 2 and deployment.model.name == "Llama-3.1-70B"
    return two and deployment.software.name == "compiled"  # 140 GB in 160 GB


def _number(text: str) -> float | None:
    try:
        value = float(text.replace(",", ""))
    except ValueError:
        return None
    return value if math.isfinite(value) and value > 0 else None


def _count(text: str) -> int | None:
    value = _number(text)
    return int(value) if value and value.is_integer() and value <= MOST else None


def _tokens(text: str) -> float:
    """A length; of a range the middle, of a limit the limit, 0 if nothing is said."""
    found = [float(part) for part in re.findall(r"\d+(?:\.\d+)?", text)]
    return min(sum(found) / len(found), LONGEST) if found else 0.0
