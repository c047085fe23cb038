from demo.story import whole
from demo.world import World


async def test_a_credit_crosses_three_universities(world: World, told: list) -> None:
    played = await whole.play(world)
    assert played.credit
