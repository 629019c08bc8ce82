"""The board shows what the scheduler holds: blocks for every token, none twice, all given back."""

import pytest

from lesson_core.schema.serving import Policy, Request
from lesson_core.serve.board import moments


@pytest.mark.parametrize("size", [1, 4, 16])
def test_every_token_has_a_place_and_every_block_one_owner(size: int) -> None:
    requests = [Request(id=i, prompt=(0,) * (5 + 3 * i), new_tokens=4 + i) for i in range(9)]
    seen = moments(requests, Policy(max_seqs=3, block_size=size, blocks=40 * 3 // size + 3))
    assert max(len(moment.held) for moment in seen) == 3
    for moment in seen:
        blocks = [block for held in moment.held for block in held.table]
        assert len(blocks) == len(set(blocks))
        for held in moment.held:
            assert (len(held.table) - 1) * size < held.tokens <= len(held.table) * size
    assert {held.request for moment in seen for held in moment.held} == set(range(9))


def test_the_last_moment_of_a_request_holds_all_it_ever_read() -> None:
    (request,) = [Request(id=0, prompt=(0,) * 5, new_tokens=4)]
    seen = moments([request], Policy(max_seqs=1, block_size=2, blocks=8))
    held = [moment.held[0].tokens for moment in seen]
    assert held == [5, 6, 7, 8]  # the last token is never read
