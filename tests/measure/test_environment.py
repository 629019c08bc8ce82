"""Facts about this machine, whatever it is."""

import dataclasses
import json
import platform

from lesson_core.measure import cpu
from lesson_core.measure.environment import environment, machine_id
from lesson_core.schema.plain import from_plain, to_plain
from lesson_core.schema.results import Environment


def test_an_environment_survives_the_way_and_names_nobody() -> None:
    here = environment("cpu", "fp32", 2)
    plain = json.loads(json.dumps(to_plain(here)))
    assert from_plain(Environment, plain) == here
    assert here.cpu
    assert here.cores >= 1
    assert here.memory_bytes > 2**20
    assert "torch" in here.versions
    assert platform.node() not in json.dumps({**plain, "versions": {}}) or not platform.node()


def test_the_same_hardware_has_the_same_id() -> None:
    first, second = environment("cpu", "fp32", 1), environment("cpu", "bf16", 2)
    assert first.machine_id == second.machine_id
    assert len(first.machine_id) == 12


def test_other_hardware_has_another_id() -> None:
    ids = {machine_id("a", 2, 2**34, "cpu"), machine_id("b", 2, 2**34, "cpu"),
           machine_id("a", 4, 2**34, "cpu"), machine_id("a", 2, 2**35, "cpu")}  # fmt: skip
    assert len(ids) == 4


def test_a_cpu_without_a_name_is_said_to_be_unknown(monkeypatch, tmp_path) -> None:
    monkeypatch.setattr(cpu, "CPUINFO", tmp_path / "none")
    monkeypatch.setattr(cpu.sys, "platform", "linux")
    assert cpu.name().startswith("unknown CPU")


def test_an_arm_board_tells_its_model(monkeypatch, tmp_path) -> None:
    told = "processor : 0\nBogoMIPS : 50\n\nModel\t\t: Raspberry Pi 5  Model B\n"
    (tmp_path / "cpuinfo").write_text(told)
    monkeypatch.setattr(cpu, "CPUINFO", tmp_path / "cpuinfo")
    monkeypatch.setattr(cpu.sys, "platform", "linux")
    assert cpu.name() == "Raspberry Pi 5 Model B"


def test_no_clock_is_no_error(monkeypatch) -> None:
    monkeypatch.setattr(cpu.psutil, "cpu_freq", lambda: None)
    assert cpu.ghz() is None


def test_facts_are_plain() -> None:
    assert dataclasses.asdict(cpu.facts())["cores"] >= 1
