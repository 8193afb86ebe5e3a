"""Routes, statuses and error bodies of Storage; after its documentation and its OpenAPI description."""

import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any, NamedTuple, Protocol

import jwt
import psycopg
from psycopg.rows import dict_row
from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

_LINK_SECRET = "the secret that only Storage signs links with"
_BECOME = "select set_config('role', %s, true), set_config('request.jwt.claims', %s, true)"
_INSERT = "insert into storage.objects (bucket_id, name, owner_id, metadata) values (%s, %s, %s, %s)"
_UPSERT = f"{_INSERT} on conflict (bucket_id, name) do update set metadata = excluded.metadata"
_SEARCH = """
    select path_tokens[%(level)s] as name,
           (array_agg(id::text) filter (where cardinality(path_tokens) = %(level)s))[1] as id
    from storage.objects where bucket_id = %(bucket)s and starts_with(name, %(prefix)s)
    group by 1 order by 1 limit %(limit)s offset %(offset)s
"""


class Refusal(Exception):
    """An error that Storage answers."""

    def __init__(self, status: int, error: str, message: str) -> None:
        super().__init__(message)
        self.status, self.error, self.message = status, error, message


class Stored(NamedTuple):
    """A file."""

    content: bytes
    media_type: str


class Host(Protocol):
    """What the routes need of the server."""

    dsn: str
    bucket: str
    stored: dict[str, Stored]

    def now(self) -> float: ...

    def claims(self, request: Request) -> Mapping[str, Any]: ...


def routes(host: Host) -> list[Route]:
    """Returns the routes; a server mounts them."""
    api = _Api(host)
    under = "/storage/v1/object"
    at = "{bucket}/{path:path}"
    return [
        Route(f"{under}/list/{{bucket}}", api.search, methods=["POST"]),
        Route(f"{under}/sign/{at}", api.sign, methods=["POST"]),
        Route(f"{under}/sign/{at}", api.signed, methods=["GET"]),
        Route(f"{under}/authenticated/{at}", api.download, methods=["GET"]),
        Route(f"{under}/info/{at}", api.info, methods=["GET"]),
        Route(f"{under}/{at}", api.upload, methods=["POST"]),
        Route(f"{under}/{{bucket}}", api.remove, methods=["DELETE"]),
    ]


class _Api:
    def __init__(self, host: Host) -> None:
        self._host = host

    async def upload(self, request: Request) -> Response:
        claims, path = self._host.claims(request), request.path_params["path"]
        bucket = await self._bucket(request)
        async with request.form() as form:
            file = form["file"]
            assert isinstance(file, UploadFile)
            stored = Stored(await file.read(), file.content_type or "")
        async with self._as(claims) as connection:
            metadata = json.dumps({"size": len(stored.content), "mimetype": stored.media_type})
            await connection.execute(
                _UPSERT if request.headers.get("x-upsert") == "true" else _INSERT,
                [bucket["id"], path, claims.get("sub"), metadata],
            )
            if stored.media_type.partition(";")[0] not in bucket["allowed_mime_types"]:
                raise Refusal(415, "invalid_mime_type", f"mime type {stored.media_type} is not supported")
            if len(stored.content) > bucket["file_size_limit"]:
                raise Refusal(413, "Payload too large", "The object exceeded the maximum allowed size")
            self._host.stored[path] = stored
        return JSONResponse({"Key": f"{bucket['id']}/{path}", "Id": "an id"})

    async def download(self, request: Request) -> Response:
        claims = self._host.claims(request)
        await self._bucket(request)
        await self._row(claims, request)
        return self._file(request.path_params["path"])

    async def info(self, request: Request) -> Response:
        claims = self._host.claims(request)
        await self._bucket(request)
        row = await self._row(claims, request)
        return JSONResponse({"id": str(row["id"]), "name": row["name"], "size": row["metadata"]["size"]})

    async def search(self, request: Request) -> Response:
        claims, asked = self._host.claims(request), await request.json()
        prefix = asked["prefix"].rstrip("/") + "/"
        where = {
            "bucket": request.path_params["bucket"],
            "prefix": prefix,
            "level": len(prefix.split("/")),
            "limit": asked["limit"],
            "offset": asked["offset"],
        }
        async with self._as(claims) as connection:
            return JSONResponse(await (await connection.execute(_SEARCH, where)).fetchall())

    async def remove(self, request: Request) -> Response:
        claims, names = self._host.claims(request), (await request.json())["prefixes"]
        async with self._as(claims) as connection:
            rows = await connection.execute(
                "delete from storage.objects where bucket_id = %s and name = any(%s) returning name",
                [request.path_params["bucket"], names],
            )
            removed = await rows.fetchall()
        for row in removed:
            del self._host.stored[row["name"]]
        return JSONResponse(removed)

    async def sign(self, request: Request) -> Response:
        claims, until = self._host.claims(request), int((await request.json())["expiresIn"])
        await self._row(claims, request)
        url = "{bucket}/{path}".format(**request.path_params)
        token = jwt.encode({"url": url, "exp": int(self._host.now()) + until}, _LINK_SECRET, "HS256")
        return JSONResponse({"signedURL": f"/object/sign/{url}?token={token}"})

    async def signed(self, request: Request) -> Response:
        token = jwt.decode(
            request.query_params["token"], _LINK_SECRET, ["HS256"], options={"verify_exp": False}
        )
        if token["exp"] < self._host.now():
            raise Refusal(400, "InvalidJWT", '"exp" claim timestamp check failed')
        if token["url"] != "{bucket}/{path}".format(**request.path_params):
            raise Refusal(400, "InvalidSignature", "The url do not match the signature")
        return self._file(request.path_params["path"])

    async def _bucket(self, request: Request) -> dict[str, Any]:
        async with self._as({}) as connection:
            rows = await connection.execute(
                "select id, file_size_limit, allowed_mime_types from storage.buckets where id = %s",
                [request.path_params["bucket"]],
            )
            bucket = await rows.fetchone()
        if bucket is None or bucket["id"] != self._host.bucket:
            raise Refusal(404, "Bucket not found", "Bucket not found")
        return bucket

    async def _row(self, claims: Mapping[str, Any], request: Request) -> dict[str, Any]:
        async with self._as(claims) as connection:
            rows = await connection.execute(
                "select id, name, metadata from storage.objects"
                " where bucket_id = %(bucket)s and name = %(path)s",
                request.path_params,
            )
            row = await rows.fetchone()
        if row is None:
            raise Refusal(404, "not_found", "Object not found")
        return row

    @asynccontextmanager
    async def _as(self, claims: Mapping[str, Any]) -> AsyncIterator[psycopg.AsyncConnection[dict[str, Any]]]:
        """A transaction with the role and the claims of a request; with none, as Storage itself."""
        opened = await psycopg.AsyncConnection.connect(self._host.dsn, row_factory=dict_row)
        try:
            async with opened as connection:
                if claims:
                    await connection.execute(_BECOME, [claims["role"], json.dumps(claims)])
                yield connection
        except psycopg.errors.InsufficientPrivilege as error:
            raise Refusal(403, "Unauthorized", "new row violates row-level security policy") from error
        except psycopg.errors.UniqueViolation as error:
            raise Refusal(409, "Duplicate", "The resource already exists") from error

    def _file(self, path: str) -> Response:
        stored = self._host.stored[path]
        return Response(stored.content, media_type=stored.media_type)
