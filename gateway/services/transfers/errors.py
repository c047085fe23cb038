"""What can be wrong with what an old home hands over, by piece."""

from collections.abc import Iterable, Mapping

from chaincode.domain.json_value import JsonValue
from chaincode.domain.transfer import HandoverFault
from gateway.services.errors import ServiceError


class HandoverRefused(ServiceError):
    """What came is not what the ledger commits to, or not all of it; `facts` name each piece."""

    code = "handover-refused"
    status = 422
    title = "What was handed over is not what the ledger holds"

    def __init__(self, enrolment: str, faults: Iterable[HandoverFault]) -> None:
        named = faults_document(faults)
        super().__init__(
            f"{len(named)} pieces of this credit are missing or altered: send them again",
            facts={"enrolment": enrolment, "faults": named},
        )


class HandoverIncomplete(ServiceError):
    """Something is still missing: wait for it, or accept and have the ledger name it."""

    code = "handover-incomplete"
    title = "The old home has not handed over everything"

    def __init__(self, faults: Mapping[str, Iterable[HandoverFault]]) -> None:
        """Take the faults by the key of the enrolment."""
        super().__init__(
            "wait for what is missing, or accept the credits as they are (incomplete)",
            field="incomplete",
            facts={
                "credits": [
                    {"enrolment": enrolment, "faults": faults_document(found)}
                    for enrolment, found in faults.items()
                ]
            },
        )


def faults_document(faults: Iterable[HandoverFault]) -> list[JsonValue]:
    """Faults as a problem document shows them."""
    return [one.model_dump(mode="json") for one in faults]
