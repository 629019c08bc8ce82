"""The whole decode step as one compiled function (`fused.cpp`), made for a model once.

torch's own compiler driver builds it, so what is built is kept and shared by all processes; a
machine without a C++ compiler gets a sentence. The slow twin is `Transformer.last_logits`.
"""

import ctypes
from ctypes import POINTER, Structure, c_float, c_int, c_long, c_void_p
from functools import cache

import torch
from torch import Tensor, nn

from lesson_core.errors import LabError
from lesson_core.model.attention import Attention
from lesson_core.model.cache import KVCache
from lesson_core.model.layers import RMSNorm, SwiGLU
from lesson_core.model.transformer import Block, Transformer
from lesson_core.speed.packed import Int4Linear, Int8DynamicLinear, Int8Linear
from lesson_core.speed.toolchain import compiled

SHAPE = ("n_layers", "d_model", "n_heads", "n_kv_heads", "d_head", "d_ff")
LANES = 32  # numbers of a row that the kernel reads at a time


class _Matrix(Structure):
    _fields_ = (
        ("codes", c_void_p), ("scales", c_void_p), ("zeros", c_void_p),
        ("rows", c_long), ("cols", c_long),
    )  # fmt: skip


class _Layer(Structure):
    _fields_ = (
        ("attention_norm", c_void_p), ("qkv_bias", c_void_p), ("mlp_norm", c_void_p),
        ("qkv", _Matrix), ("out", _Matrix), ("gate_up", _Matrix), ("down", _Matrix),
    )  # fmt: skip


class _Model(Structure):
    _fields_ = (
        ("layers", POINTER(_Layer)), ("table", c_void_p), ("norm", c_void_p),
        ("cos", c_void_p), ("sin", c_void_p), ("head", _Matrix),
        *((name, c_long) for name in SHAPE), ("eps", c_float),
    )  # fmt: skip


class FusedStep:
    """`decode_one_token` of one model, ready to be called with each token and its cache.

    Raises LabError("fused_unsupported") for a model it is not written for, and what `kernels`
    raises where there is no compiler.
    """

    def __init__(self, model: Transformer) -> None:
        _check(model)
        self.vocab_size = model.config.vocab_size
        self._kept: list[object] = []  # the kernel sees addresses only
        self.format = _format(model)
        self.bound = self._bind(model)
        self._step = getattr(kernels(), f"step_{self.format}")

    @torch.inference_mode()
    def __call__(self, token_id: Tensor, cache: KVCache) -> Tensor:
        """Read one token per sequence, [B, 1]; logits of the next, fp32 [B, vocab_size]."""
        position = cache.begin(token_id)[1]
        batch = token_id.shape[0]
        token_id = token_id.contiguous()
        logits = torch.empty(batch, self.vocab_size)
        self._step(
            ctypes.byref(self.bound), c_void_p(token_id.data_ptr()), c_long(batch),
            c_long(position), c_void_p(cache.room.data_ptr()), c_long(cache.max_len),
            c_void_p(logits.data_ptr()), c_int(torch.get_num_threads()),
        )  # fmt: skip
        cache.advance(1)
        return logits

    def _bind(self, model: Transformer) -> _Model:
        config, rotary, norm = model.config, model.rotary, model.norm
        assert rotary is not None and isinstance(norm, RMSNorm)
        layers = (_Layer * config.n_layers)(*(self._layer(block) for block in model.layers))
        self._kept.append(layers)
        return _Model(
            layers=layers,
            table=self._at(model.embedding.weight),
            norm=self._numbers(norm.weight),
            cos=self._numbers(rotary.cos),
            sin=self._numbers(rotary.sin),
            head=self._matrix(model.head),
            eps=config.norm_eps,
            **{name: getattr(config, name) for name in SHAPE},
        )

    def _layer(self, block: nn.Module) -> _Layer:
        assert isinstance(block, Block) and isinstance(block.mlp, SwiGLU)
        assert isinstance(block.attention_norm, RMSNorm) and isinstance(block.mlp_norm, RMSNorm)
        qkv = block.attention.qkv
        return _Layer(
            attention_norm=self._numbers(block.attention_norm.weight),
            qkv_bias=None if qkv.bias is None else self._numbers(qkv.bias),
            mlp_norm=self._numbers(block.mlp_norm.weight),
            qkv=self._matrix(qkv),
            out=self._matrix(block.attention.out),
            gate_up=self._matrix(block.mlp.gate_up),
            down=self._matrix(block.mlp.down),
        )

    def _matrix(self, linear: nn.Module) -> _Matrix:
        if isinstance(linear, Int4Linear):
            scales, zeros = linear.scales_and_zeros.permute(2, 1, 0)  # each [out, in / 32]
            tensors: tuple[Tensor, ...] = (linear.nibbles, scales, zeros)
        elif isinstance(linear, Int8Linear | Int8DynamicLinear):
            tensors = (linear.codes, linear.scales.bfloat16())
        else:
            assert isinstance(linear, nn.Linear)
            tensors = (linear.weight,)
        addresses = dict(zip(("codes", "scales", "zeros"), map(self._at, tensors), strict=False))
        return _Matrix(**addresses, rows=linear.out_features, cols=linear.in_features)

    def _numbers(self, tensor: Tensor) -> int:
        return self._at(tensor.float())

    def _at(self, tensor: Tensor) -> int:
        tensor = tensor.detach().contiguous()
        self._kept.append(tensor)
        return tensor.data_ptr()


@cache
def kernels() -> ctypes.CDLL:
    """`fused.cpp`, compiled."""
    return compiled("products.cpp", "fused.cpp")


def _format(model: Transformer) -> str:
    block = model.layers[0]
    assert isinstance(block, Block)
    qkv: nn.Module = block.attention.qkv
    if isinstance(qkv, Int4Linear):
        return "int4"
    return "int8" if isinstance(qkv, Int8Linear | Int8DynamicLinear) else "plain"


def _check(model: Transformer) -> None:
    """Everything has to be what the kernel writes out."""
    config, weight = model.config, model.embedding.weight
    odd = {
        "another device": weight.device.type != "cpu",
        "weights in bf16": _format(model) == "plain" and weight.dtype != torch.float32,
        "another attention": any(
            isinstance(m, Attention) and type(m) is not Attention for m in model.modules()
        ),
        "LayerNorm": config.norm != "rmsnorm",
        "learned positions": config.positions != "rope",
        "norms of queries and keys": config.qk_norm,
        "another feed-forward part": config.mlp != "swiglu" or config.linear_bias,
        "rows that are no multiple of 32": any(
            width % LANES for width in (config.d_model, config.d_ff, config.n_heads * config.d_head)
        ) or config.d_head % 16 != 0 or config.vocab_size % 4 != 0,
    }  # fmt: skip
    for part, found in odd.items():
        if found:
            raise LabError("fused_unsupported", part=part)
