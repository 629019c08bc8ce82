"""What someone wants to serve, as a form; a wish that makes no sense becomes a sentence."""

import streamlit as st

from lesson_core.errors import LabError
from lesson_core.learn.quiz import parse_number
from lesson_core.theory import serving
from lesson_core.theory.hardware_table import hardware
from lesson_core.theory.model_table import architectures
from lesson_core.theory.serving import Wish
from pages.ui import problems
from pages.ui.language import t

SOFTWARE = {
    "hbm": "server", "gddr": "llama.cpp 2025", "unified": "llama.cpp Metal", "cpu": "llama.cpp CPU",
}  # fmt: skip
"""What is usually run on that kind of memory."""
CHOICES = ("server", "compiled", "llama.cpp 2025", "llama.cpp Metal", "MLX", "ExLlama", "eager")
MODEL, DEVICE = "Llama-3.1-8B", "H100 SXM"


def ask(lesson_id: str) -> Wish | None:
    """The form; None after a sentence says what is wrong."""
    key = f"{lesson_id}.form"
    kinds = {kind: t(f"planner.kv_{kind.split()[0]}") for kind in serving.KV_FORMATS}
    programs = {name: t(f"planner.{_word(name)}") for name in CHOICES}
    with st.container(horizontal=True, vertical_alignment="bottom", key=f"{lesson_id}-what"):
        models, devices = list(architectures()), list(hardware())
        model = st.selectbox(t("planner.model"), models, models.index(MODEL), key=f"{key}.model",
                             width=210)  # fmt: skip
        device = st.selectbox(t("planner.device"), devices, devices.index(DEVICE), width=200,
                              key=f"{key}.device", on_change=_usual, args=(key,))  # fmt: skip
        cards = st.number_input(t("planner.cards"), value=1, step=1, key=f"{key}.cards", width=110)
        weights = st.selectbox(t("planner.weights"), serving.FORMATS, key=f"{key}.weights",
                               width=130)  # fmt: skip
        kv = st.selectbox(t("planner.kv"), serving.KV_FORMATS, key=f"{key}.kv", width=110,
                          format_func=kinds.__getitem__)  # fmt: skip
        software = st.selectbox(t("planner.software"), CHOICES, key=f"{key}.software", width=200,
                                format_func=programs.__getitem__)  # fmt: skip
        prompt = st.number_input(t("planner.prompt"), value=1000, step=100, key=f"{key}.prompt",
                                 width=140)  # fmt: skip
        answer = st.number_input(t("planner.answer"), value=200, step=100, key=f"{key}.answer",
                                 width=140)  # fmt: skip
        batch = st.number_input(t("planner.batch"), value=1, step=1, key=f"{key}.batch", width=130)
        price = st.text_input(t("planner.price"), key=f"{key}.price", width=150,
                              placeholder=t("planner.price_hint"))  # fmt: skip
    try:
        return Wish(
            model=str(model), device=str(device), cards=int(cards), weights=str(weights),
            kv=str(kv), software=str(software), prompt=int(prompt), answer=int(answer),
            batch=int(batch), price=_price(price),
        )  # fmt: skip
    except LabError as problem:
        problems.show(problem)
        return None


def _price(text: str | None) -> float:
    return parse_number(text.replace("$", "")) if text and text.strip() else 0.0


def _usual(key: str) -> None:
    kind = hardware()[st.session_state[f"{key}.device"]].kind
    usual = SOFTWARE[kind]
    st.session_state[f"{key}.software"] = usual if usual in CHOICES else CHOICES[0]


def _word(name: str) -> str:
    return "software_" + name.lower().replace(".", "_").replace(" ", "_")
