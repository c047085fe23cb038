"""What of a degree or a term was counted before under one cap, each entry looked at once."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from chaincode.domain.keys import TermKey
from chaincode.domain.qualification.shares import Load
from chaincode.domain.recognition.facts import CountedFacts, CountedHost

Concerns = Callable[[CountedHost], bool | None]
"""Whether a host course is of those that a cap counts; None where that is not known."""


@dataclass
class Counted:
    """The entries that a cap counts; what may belong to it and may not makes a sum unknown."""

    _degree: list[int] = field(default_factory=list)
    _terms: dict[TermKey, list[int]] = field(default_factory=dict)
    _degree_open: bool = False
    _terms_open: set[TermKey] = field(default_factory=set)
    """Terms that an entry of an unknown kind lies in."""
    _anywhere: list[frozenset[TermKey]] = field(default_factory=list)
    """Entries that lie in a term that is not known, with the terms that they surely lie in."""
    _touched: bool = False

    @classmethod
    def of(cls, entries: Iterable[CountedFacts], concerns: Concerns) -> "Counted":
        """Count entries for a cap."""
        counted = cls()
        for entry in entries:
            counted._add(entry, concerns)
        return counted

    def _add(self, entry: CountedFacts, concerns: Concerns) -> None:
        answers = [(concerns(host), host.term) for host in entry.hosts]
        concerned = [(answer, term) for answer, term in answers if answer is not False]
        if not concerned:
            return
        self._touched = True
        surely = frozenset(term for answer, term in concerned if answer and term is not None)
        if any(answer for answer, _ in concerned):
            self._degree.append(entry.credits)
        else:
            self._degree_open = True
        for term in surely:
            self._terms.setdefault(term, []).append(entry.credits)
        self._terms_open |= {term for _, term in concerned if term is not None} - surely
        if any(term is None for _, term in concerned):
            self._anywhere.append(surely)

    def in_degree(self) -> Load | None:
        """What counts of the degree; None where that is not known."""
        return None if self._degree_open else Load.of(self._degree)

    def in_term(self, term: TermKey | None) -> Load | None:
        """What counts of a term; None where that, or the term, is not known."""
        if term is None:
            return None if self._touched else Load()
        if term in self._terms_open or any(term not in surely for surely in self._anywhere):
            return None
        return Load.of(self._terms.get(term, ()))
