"""Machines for the pages on disaggregation: what runs there, and what a step costs."""

import streamlit as st

from lesson_core.serve.load_lab import Place
from lesson_core.theory import disaggregation, serving, step_time
from lesson_core.theory.deployment import Deployment
from lesson_core.theory.serving import Wish
from lesson_core.theory.step_time import StepPrices
from lesson_core.theory.wires import WIRES

PLACES = {
    "llama8": Wish(model="Llama-3.1-8B", device="H100 SXM"),
    "llama70": Wish(model="Llama-3.1-70B", device="H100 SXM", cards=4),
    "deepseek": Wish(model="DeepSeek-V3", device="H200 SXM", cards=8, weights="fp8"),
}
LINKS = ("nvlink", "infiniband", "ethernet")
MOST_ROWS, BLOCK, LONGEST = 8192, 16, 32_768  # tokens: of a timed step, a block, a request


@st.cache_data(max_entries=8, show_spinner=False)
def machine(key: str) -> tuple[Deployment, StepPrices]:
    """Its deployment and the prices of its steps: predicted, like in the planner."""
    made = serving.deployment(PLACES[key])
    return made, step_time.elsewhere(made, MOST_ROWS)


def travel_s(key: str, tokens: int, link: str) -> float:
    """Seconds for the keys and values of a prompt to the next machine."""
    return disaggregation.transfer_s(machine(key)[0], tokens, WIRES[link])


def place(key: str, *, slots: int, budget: int) -> Place:
    """The same as a server under load: all memory beside the weights is for keys and values."""
    wish = PLACES[key]
    room = serving.memory(wish)
    tokens = (room.usable - room.weights) / room.sequence * (wish.prompt + wish.answer)
    return Place(
        key=key, title=key, prices=machine(key)[1], slots=(slots,), blocks=int(tokens / BLOCK),
        tokens=1.0, longest=LONGEST, budget=budget, ttft_s=1.0, tpot_s=0.05,
    )  # fmt: skip
