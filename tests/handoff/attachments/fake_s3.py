"""An S3-compatible store in the memory: what the service uses of the protocol, and nothing else.

Requests as Amazon documents them (S3 API reference: PutObject, GetObject, DeleteObject, DeleteObjects, ListObjectsV2);
signatures are not checked.
"""

import hashlib
from datetime import UTC, datetime
from email.utils import format_datetime
from xml.etree import ElementTree
from xml.sax.saxutils import escape

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

NAMESPACE = "http://s3.amazonaws.com/doc/2006-03-01/"


class FakeS3:
    """`objects` by key, with content and time of change; `away` makes it refuse everything."""

    def __init__(self) -> None:
        self.objects: dict[str, tuple[bytes, datetime]] = {}
        self.signed = True  # whether every request so far carried a signature
        self.away = False
        methods = ["GET", "HEAD", "PUT", "POST", "DELETE"]
        self.app = Starlette(routes=[Route("/{bucket}/{key:path}", self._answer, methods=methods)])
        self.app.router.routes.append(Route("/{bucket}", self._answer, methods=methods))

    async def _answer(self, request: Request) -> Response:
        self.signed &= request.headers.get("authorization", "").startswith("AWS4-HMAC-SHA256")
        if self.away:
            return Response(status_code=403)
        key = request.path_params.get("key", "")
        match request.method:
            case "PUT":
                content = await request.body()
                self.objects[key] = (content, datetime.now(UTC))
                return Response(headers=self._headers(key))
            case "GET" | "HEAD" if key:
                if key not in self.objects:
                    return _xml(404, "<Error><Code>NoSuchKey</Code></Error>")
                return Response(self.objects[key][0], headers=self._headers(key))
            case "GET":
                return self._list(request.query_params.get("prefix", ""))
            case "DELETE":
                self.objects.pop(key, None)
                return Response(status_code=204)
            case _:
                return self._delete_many(await request.body())

    def _headers(self, key: str) -> dict[str, str]:
        content, changed = self.objects[key]
        etag = hashlib.md5(content, usedforsecurity=False).hexdigest()
        return {"ETag": f'"{etag}"', "Last-Modified": format_datetime(changed, usegmt=True)}

    def _list(self, prefix: str) -> Response:
        rows = "".join(
            f"<Contents><Key>{escape(key)}</Key><LastModified>{changed.isoformat()}</LastModified>"
            f"<ETag>x</ETag><Size>{len(content)}</Size></Contents>"
            for key, (content, changed) in sorted(self.objects.items())
            if key.startswith(prefix)
        )
        return _xml(
            200, f'<ListBucketResult xmlns="{NAMESPACE}"><IsTruncated>false</IsTruncated>{rows}</ListBucketResult>'
        )

    def _delete_many(self, body: bytes) -> Response:
        keys = [element.text or "" for element in ElementTree.fromstring(body).iter() if element.tag.endswith("Key")]
        for key in keys:
            self.objects.pop(key, None)
        rows = "".join(f"<Deleted><Key>{escape(key)}</Key></Deleted>" for key in keys)
        return _xml(200, f'<DeleteResult xmlns="{NAMESPACE}">{rows}</DeleteResult>')


def _xml(status: int, body: str) -> Response:
    return Response(body, status, media_type="application/xml")
