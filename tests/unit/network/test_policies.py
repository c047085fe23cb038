from network.config import Quorum, load
from network.policies import out_of


def test_a_majority_is_an_explicit_out_of() -> None:
    written = out_of(Quorum.MAJORITY, load().members, "peer")
    assert written == (
        "OutOf(3, 'alphaMSP.peer', 'betaMSP.peer', 'gammaMSP.peer', 'ministryMSP.peer')"
    )
