"""Vectors for the tokens of two languages in one space, from which sentences they are in.

A sentence and its translation are one document. Tokens that keep the same company of documents get
alike vectors, so 狗 lies beside "dog". The model starts from these instead of from noise: what
means the same begins in the same place, and little text and little time go further. Source: Dumais
et al. 1997, "Automatic cross-language retrieval using latent semantic indexing".
"""

from collections import Counter
from collections.abc import Sequence

import torch
from torch import Tensor


def shared_space(documents: Sequence[Sequence[int]], size: int, width: int, seed: int) -> Tensor:
    """Vectors of length 1 for ids 0 … size − 1, [size, width]; an id never seen gets noise.

    The table of ids × documents, rare ids weighing more (ln documents / documents with the id),
    is cut down to its `width` largest singular directions.
    """
    torch.manual_seed(seed)
    seen = Counter(i for document in documents for i in set(document))
    weight = torch.ones(size)
    for i, count in seen.items():
        weight[i] = torch.log(torch.tensor(len(documents) / count))
    ids = torch.tensor([i for document in documents for i in set(document)])
    columns = torch.tensor([n for n, document in enumerate(documents) for _ in set(document)])
    values = weight[ids]
    length = torch.zeros(len(documents)).index_add(0, columns, values.square()).sqrt()
    values = values / length[columns].clamp(min=1e-6)  # long sentences say less about each word
    table = torch.sparse_coo_tensor(
        torch.stack([ids, columns]), values, (size, len(documents)), check_invariants=True
    ).coalesce()
    left, sizes, _ = torch.svd_lowrank(table, q=width, niter=4)
    vectors = left * sizes.sqrt()
    vectors = vectors / vectors.norm(dim=1, keepdim=True).clamp(min=1e-6)
    noise = torch.randn(size, width) * width**-0.5
    known = torch.tensor([i in seen for i in range(size)])[:, None]
    return torch.where(known, vectors, noise)
