"""A certificate's names in the form that Fabric's Go chaincode writes them.

Source: fabric-chaincode-go `pkg/cid`, RFC 2253 with the nine attributes of Go's `crypto/x509/pkix`
alone, in Go's order, so that identities have one name whatever language a chaincode is written in.
"""

from typing import Final

from cryptography import x509
from cryptography.x509.oid import NameOID

# In reverse of Go's order, since RFC 2253 begins with the most specific.
_ATTRIBUTES: Final = (
    (NameOID.SERIAL_NUMBER, "SERIALNUMBER", False),
    (NameOID.COMMON_NAME, "CN", False),
    (NameOID.ORGANIZATIONAL_UNIT_NAME, "OU", True),
    (NameOID.ORGANIZATION_NAME, "O", True),
    (NameOID.POSTAL_CODE, "POSTALCODE", True),
    (NameOID.STREET_ADDRESS, "STREET", True),
    (NameOID.LOCALITY_NAME, "L", True),
    (NameOID.STATE_OR_PROVINCE_NAME, "ST", True),
    (NameOID.COUNTRY_NAME, "C", True),
)
_ESCAPED: Final = frozenset(',+"\\<>;')


def distinguished_name(name: x509.Name) -> str:
    """Write a name; attributes that Go does not know are left out."""
    parts = []
    for oid, label, repeats in _ATTRIBUTES:
        values = [str(attribute.value) for attribute in name.get_attributes_for_oid(oid)]
        if not repeats:
            values = [value for value in values[-1:] if value]
        if values:
            parts.append("+".join(f"{label}={_escape(value)}" for value in values))
    return ",".join(parts)


def _escape(value: str) -> str:
    escaped = "".join("\\" + char if char in _ESCAPED else char for char in value)
    if escaped.endswith(" ") and len(value) > 1:
        escaped = escaped[:-1] + "\\ "
    if escaped.startswith((" ", "#")):
        escaped = "\\" + escaped
    return escaped
