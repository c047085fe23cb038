from contextlib import suppress

from fabric_protos.ledger.rwset import rwset_pb2
from fabric_protos.ledger.rwset.kvrwset import kv_rwset_pb2
from hypothesis import given
from hypothesis import strategies as st

from fabric_client.blocks.read_write_set import (
    CollectionHashes,
    HashedMetadataWrite,
    HashedRead,
    HashedWrite,
    MetadataWrite,
    Namespace,
    RangeQuery,
    Read,
    ReadWriteSet,
    Version,
    Write,
)
from fabric_client.blocks.read_write_set_codec import (
    parse_read_write_set,
    serialize_read_write_set,
)
from fabric_client.wire import MalformedMessageError

numbers = st.integers(0, 2**64 - 1)
text = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
versions = st.none() | st.builds(Version, numbers, numbers)
entries = st.lists(st.tuples(text, st.binary(max_size=8)), max_size=2).map(tuple)
reads = st.builds(Read, text, versions)
merkle = st.builds(
    lambda degree, hashes: kv_rwset_pb2.QueryReadsMerkleSummary(
        max_degree=degree, max_level=1, max_level_hashes=hashes
    ).SerializeToString(),
    st.integers(1, 9),
    st.lists(st.binary(min_size=1, max_size=4), max_size=2),
)
ranges = st.builds(
    RangeQuery, text, text, st.booleans(), st.lists(reads, max_size=2).map(tuple), st.none()
) | st.builds(RangeQuery, text, text, st.booleans(), st.just(()), merkle)
collections = st.builds(
    CollectionHashes,
    text,
    st.lists(st.builds(HashedRead, st.binary(max_size=8), versions), max_size=2).map(tuple),
    st.lists(
        st.builds(
            HashedWrite, st.binary(max_size=8), st.binary(max_size=8), st.booleans(), st.booleans()
        ),
        max_size=2,
    ).map(tuple),
    st.lists(st.builds(HashedMetadataWrite, st.binary(max_size=8), entries), max_size=2).map(tuple),
    st.binary(max_size=8),
)
namespaces = st.builds(
    Namespace,
    text,
    st.lists(reads, max_size=3).map(tuple),
    st.lists(st.builds(Write, text, st.binary(max_size=8), st.booleans()), max_size=3).map(tuple),
    st.lists(st.builds(MetadataWrite, text, entries), max_size=2).map(tuple),
    st.lists(ranges, max_size=2).map(tuple),
    st.lists(collections, max_size=2).map(tuple),
)
sets = st.builds(ReadWriteSet, st.lists(namespaces, max_size=3).map(tuple))


@given(sets)
def test_parsing_undoes_serialising(read_write_set: ReadWriteSet) -> None:
    assert parse_read_write_set(serialize_read_write_set(read_write_set)) == read_write_set


def test_a_namespace_that_was_not_touched_is_empty() -> None:
    touched = Namespace("cc", writes=(Write("k", b"v"),))
    read_write_set = ReadWriteSet((Namespace("_lifecycle"), touched))
    assert read_write_set.namespace("cc") is touched
    assert read_write_set.namespace("other") == Namespace("other")


def test_the_data_model_is_not_looked_at_as_peers_do_not() -> None:
    written = ReadWriteSet((Namespace("cc", writes=(Write("k", b"v"),)),))
    message = rwset_pb2.TxReadWriteSet.FromString(serialize_read_write_set(written))
    message.data_model = 3
    assert parse_read_write_set(message.SerializeToString()) == written


@given(st.binary(max_size=64))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    with suppress(MalformedMessageError):
        parse_read_write_set(data)
