"""Files over REST: their description in header fields, and their bytes as a stream."""

import base64
from collections.abc import AsyncIterator
from email.message import EmailMessage
from email.policy import HTTP
from typing import Final
from urllib.parse import quote

from fastapi import Request
from fastapi.responses import StreamingResponse
from pydantic import TypeAdapter, ValidationError

from chaincode.domain.values import MediaType, Value
from gateway.evidence.opening import FileName
from gateway.services.errors import InvalidRequest
from gateway.services.sealed_work import OpenedWorkFile

_UNNAMED: Final = "work"
_HEADER_LIMIT: Final = 1000
_MEDIA_TYPE: Final[TypeAdapter[str]] = TypeAdapter(MediaType)


class _Named(Value):
    file_name: FileName


def media_type_of(request: Request) -> str:
    """The media type of the body, without parameters.

    Raises:
        InvalidRequest: none, or no media type.
    """
    text = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    try:
        return _MEDIA_TYPE.validate_python(text)
    except ValidationError:
        raise InvalidRequest("name the file's media type", field="Content-Type") from None


def file_name_of(request: Request) -> str:
    """The file name in Content-Disposition (RFC 6266), or a neutral one.

    Raises:
        InvalidRequest: too long, or with path separators or control characters.
    """
    field = request.headers.get("content-disposition", "")
    if len(field) > _HEADER_LIMIT:
        raise InvalidRequest("the file name is too long", field="Content-Disposition")
    message = EmailMessage(policy=HTTP)
    try:
        message["content-disposition"] = field or "attachment"
        return _Named(file_name=message.get_filename(_UNNAMED)).file_name
    except (ValueError, IndexError):
        # Not chained: the error may quote the name, and that can be personal.
        raise InvalidRequest(
            "a file name has no path and no control characters", field="Content-Disposition"
        ) from None


def file_response(work: OpenedWorkFile, content: AsyncIterator[bytes]) -> StreamingResponse:
    """Stream opened work. A browser shows nothing of it by itself: it is somebody's upload."""
    opening = work.opening
    digest = base64.b64encode(bytes.fromhex(opening.digest)).decode()
    return StreamingResponse(
        content,
        media_type=opening.media_type,
        headers={
            "Content-Length": str(opening.size),
            "Content-Disposition": f"attachment; filename*=UTF-8''{quote(opening.file_name)}",
            "Content-Digest": f"sha-256=:{digest}:",
            "Content-Security-Policy": "sandbox; default-src 'none'",
            "X-Content-Type-Options": "nosniff",
            "Cache-Control": "no-store",
        },
    )
