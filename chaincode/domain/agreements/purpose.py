"""Who agrees, and what for."""

from chaincode.domain.agreements.answers import Party
from chaincode.domain.agreements.change_window import ChangeWindow
from chaincode.domain.caller import Caller, Role
from chaincode.domain.errors import NotParty
from chaincode.domain.keys import AccountKey, ProgrammeKey, SeriesKey, TermKey
from chaincode.domain.values import Digest, MspId, Value


class Purpose(Value):
    """What an agreement is about: no version changes it."""

    student: AccountKey
    """The student's pseudonym for the host."""
    home: MspId
    host: MspId
    programme: ProgrammeKey
    """Home's."""
    programme_digest: Digest
    term: TermKey
    """The host's."""
    rules: SeriesKey
    """By which home recognises."""
    changes: ChangeWindow

    def parties_of(self, caller: Caller) -> frozenset[Party]:
        """For whom somebody speaks: for two, where one university is host and home.

        Raises:
            NotParty: for none of them.
        """
        if caller.role is Role.STUDENT:
            if caller.account == self.student:
                return frozenset({Party.STUDENT})
            raise NotParty("this is another student's agreement", field="agreement")
        found = self.universities(caller.msp_id)
        if caller.role is not Role.REGISTRAR or not found:
            raise NotParty("the agreement concerns other universities", field="agreement")
        return found

    def universities(self, msp_id: str) -> frozenset[Party]:
        """As which a university takes part; empty where it does not."""
        both = ((Party.HOST, self.host), (Party.HOME, self.home))
        return frozenset(party for party, university in both if university == msp_id)
