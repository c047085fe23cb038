"""Programmes and terms: a registrar publishes, anybody reads."""

from dataclasses import dataclass

from chaincode.domain.caller import Role
from chaincode.domain.commands.base import Command
from chaincode.domain.commands.programmes import PublishProgramme, PublishTerm
from chaincode.domain.errors import NotParty
from chaincode.domain.keys import Kind, record_key, split_key
from chaincode.domain.qualification.programme import Programme, ProgrammeContent
from chaincode.domain.qualification.term import Term, TermContent
from gateway.services.authentication import AuthenticatedPerson
from gateway.services.intent import Intent, LedgerCall, WriteRequest, new_id
from gateway.services.operations import Operations, OperationView
from gateway.services.pages import whole_page
from gateway.services.records import Records

_PAGE = 100


@dataclass(frozen=True, slots=True)
class ProgrammePage:
    """Some programmes, all versions of each; `after` continues behind them."""

    programmes: tuple[Programme, ...]
    after: str | None


@dataclass(frozen=True, slots=True)
class TermPage:
    """Some terms; `after` continues behind them."""

    terms: tuple[Term, ...]
    after: str | None


class Programmes:
    """What degrees ask for and when deadlines stand, at all members."""

    def __init__(self, operations: Operations, records: Records) -> None:
        self._operations = operations
        self._records = records

    async def publish(
        self,
        person: AuthenticatedPerson,
        content: ProgrammeContent,
        *,
        previous: str | None,
        write: WriteRequest,
    ) -> OperationView:
        """Publish a new programme, or the version that follows `previous` (PublishProgramme).

        Raises:
            NotPermitted: the person is no registrar.
            NotParty: `previous` belongs to another member.
            InvalidArgument: the requirements contradict each other.
        """
        person.require(Role.REGISTRAR)
        content.require_consistent()
        identifier, number = new_id(), 1
        if previous is not None:
            parts = split_key(previous)
            if parts.owner != person.msp_id:
                raise NotParty("the programme belongs to another member", field="previous")
            identifier, number = parts.identifier, (parts.number or 0) + 1
        fields = {name: value for name, value in content if name != "granted_by"}
        command = PublishProgramme(
            operation=new_id(), programme=identifier, number=number, **fields
        )
        key = record_key(Kind.PROGRAMME, person.msp_id, identifier, number)
        return await self._accept(person, "publish-programme", command, {"programme": key}, write)

    async def publish_term(
        self, person: AuthenticatedPerson, content: TermContent, write: WriteRequest
    ) -> OperationView:
        """Publish a term (PublishTerm).

        Raises:
            NotPermitted: the person is no registrar.
            InvalidArgument: its days do not follow each other.
        """
        person.require(Role.REGISTRAR)
        content.require_consistent()
        identifier = new_id()
        command = PublishTerm(operation=new_id(), term=identifier, **dict(content))
        key = record_key(Kind.TERM, person.msp_id, identifier)
        return await self._accept(person, "publish-term", command, {"term": key}, write)

    async def read(self, programme: str) -> Programme:
        """One version of a programme.

        Raises:
            LedgerRefused: there is none (record-not-found).
        """
        return await self._records.load(Programme, programme)

    async def read_term(self, term: str) -> Term:
        """One term; same errors as `read`."""
        return await self._records.load(Term, term)

    async def page(self, owner: str, *, after: str | None) -> ProgrammePage:
        """Programmes of one member in the order of their keys, all versions."""
        found = await self._records.page(Programme, owner, after=after, limit=_PAGE)
        return ProgrammePage(*whole_page(found, limit=_PAGE))

    async def page_of_terms(self, owner: str, *, after: str | None) -> TermPage:
        """Terms of one member in the order of their keys."""
        found = await self._records.page(Term, owner, after=after, limit=_PAGE)
        return TermPage(*whole_page(found, limit=_PAGE))

    async def _accept(
        self,
        person: AuthenticatedPerson,
        kind: str,
        command: Command,
        result: dict[str, str],
        write: WriteRequest,
    ) -> OperationView:
        return await self._operations.accept(
            Intent(
                operation=command.operation,
                kind=kind,
                request=write,
                calls=(LedgerCall(person.account, command),),
                result=result,
            )
        )
