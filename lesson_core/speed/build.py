"""From the plain model to the one a recipe asks for.

`build` never changes the model it is given: what a recipe leaves alone is shared, what it changes
is made anew. The order is that of a real pipeline: take weights out, write the rest in fewer bits,
then choose how the result is run.
"""

from collections.abc import Callable, Iterator

import torch
from torch import Tensor, nn

from lesson_core.errors import LabError
from lesson_core.model.attention import Attention
from lesson_core.model.device import choose_dtype
from lesson_core.model.transformer import Transformer
from lesson_core.schema.recipe import Recipe
from lesson_core.speed import prune, prune_structured
from lesson_core.speed.compiled import compile_layers
from lesson_core.speed.fused import FusedStep
from lesson_core.speed.packed import Int4Linear, Int8DynamicLinear, Int8Linear, PackedLinear
from lesson_core.speed.quantize import GROUP, quantize_int4, quantize_int8
from lesson_core.speed.rebuild import rebuilt
from lesson_core.speed.written import WrittenAttention

PACKED: dict[str, type[PackedLinear]] = {
    "int8": Int8Linear,
    "int8-dynamic": Int8DynamicLinear,
    "int4": Int4Linear,
}

PRUNED: dict[str, Callable[[Transformer, float], Transformer]] = {
    "unstructured": prune.unstructured,
    "2:4": lambda model, sparsity: prune.semi_structured(model),
    "heads": prune_structured.heads,
    "ffn": prune_structured.ffn,
}


def build(model: Transformer, recipe: Recipe) -> Transformer:
    """The model of `recipe`, from the plain one in fp32; tensors that stay equal are shared.

    Raises LabError where this machine cannot run the recipe: "packed_needs_cpu",
    "packed_kernel_missing", "int4_shape", "cuda_graphs_need_cuda", "written_not_compiled",
    "fused_unsupported", "compiler_missing", "compile_failed", "out_of_range" (sparsity).
    """
    check(model, recipe)
    if recipe.pruning != "none":
        model = PRUNED[recipe.pruning](model, recipe.sparsity)
    dtype = choose_dtype(recipe.precision, model.embedding.weight.device.type)
    result = cast(model, dtype)
    if recipe.precision in PACKED:
        for name, linear in linears(model):
            result.set_submodule(name, PACKED[_kept_at(name, recipe.precision)](linear))
    if recipe.attention == "written":
        for module in result.modules():
            if isinstance(module, Attention):
                module.__class__ = WrittenAttention  # the same tensors, another forward
    if recipe.compile == "inductor":
        compile_layers(result, lengths=(8, 9, 1))
    if recipe.compile == "fused":
        result.decode_step = FusedStep(result)
        compile_layers(result, lengths=(8, 9))  # prefill
    return result


def is_plain(recipe: Recipe) -> bool:
    """Whether the recipe runs the weights as they are, in a plain format."""
    return recipe.precision not in PACKED and recipe.pruning == "none"


def cast(model: Transformer, dtype: torch.dtype) -> Transformer:
    """A second model with every weight in another plain format (shared where it is the same)."""
    changed = {name: weight.to(dtype) for name, weight in model.named_parameters()}
    return rebuilt(model, model.config, changed)


def rounded(model: Transformer, precision: str) -> Transformer:
    """The slow twin of a packed model, in fp32: the same matrices rounded, then read back."""
    changed: dict[str, Tensor] = {}
    for name, linear in linears(model):
        quantize = quantize_int4 if _kept_at(name, precision) == "int4" else quantize_int8
        changed[f"{name}.weight"] = quantize(linear.weight).dequantize()
    head = changed.pop("head.weight")
    result = rebuilt(model, model.config, changed)
    result.head.weight = nn.Parameter(head, requires_grad=False)  # no longer tied to the table
    return result


def _kept_at(name: str, precision: str) -> str:
    """The precision of one matrix: errors of the head go straight into the logits."""
    return "int8" if (name, precision) == ("head", "int4") else precision


def linears(model: Transformer) -> Iterator[tuple[str, nn.Linear]]:
    """Every matrix that is multiplied: those of the layers, and the head."""
    for name, module in model.named_modules():
        if isinstance(module, nn.Linear):
            yield name, module


def weight_bytes(model: Transformer) -> int:
    """Bytes of all weights as they lie in memory, codes, scales and copies included."""
    kept = [*model.parameters(), *(b for m in packed_layers(model) for b in m.buffers())]
    # oneDNN's blocks show no address; they are never shared, so each counts as itself.
    places = [id(tensor) if tensor.is_mkldnn else tensor.data_ptr() for tensor in kept]
    sizes = (tensor.nbytes for tensor in kept)
    return sum(dict(zip(places, sizes, strict=True)).values())


def packed_layers(model: Transformer) -> Iterator[PackedLinear]:
    """The layers that hold codes."""
    return (module for module in model.modules() if isinstance(module, PackedLinear))


def check(model: Transformer, recipe: Recipe) -> None:
    """Refuse what this machine or this model's shape cannot run."""
    device = model.embedding.weight.device.type
    if recipe.compile == "cuda-graphs" and device != "cuda":
        raise LabError("cuda_graphs_need_cuda", device=device)
    if recipe.attention == "written" and recipe.compile not in ("none", "fused"):
        raise LabError("written_not_compiled", compile=recipe.compile)
    if recipe.precision not in PACKED:
        return
    if device != "cpu":
        raise LabError("packed_needs_cpu", precision=recipe.precision, device=device)
    if not PACKED[recipe.precision].runs_here():
        raise LabError("packed_kernel_missing", precision=recipe.precision)
    for name, linear in linears(model) if recipe.precision == "int4" else ():
        if linear.in_features % GROUP or linear.out_features % GROUP:
            raise LabError("int4_shape", name=name, shape=list(linear.weight.shape), group=GROUP)
