"""The least that a POST costs on this machine: Starlette reads the body and answers 202."""

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route


async def take(request: Request) -> Response:
    """Read and forget."""
    await request.body()
    return Response(b'{"number":0,"next":null}', 202, media_type="application/json")


async def ready(_request: Request) -> Response:
    """Say that it answers."""
    return Response(status_code=204)


app = Starlette(routes=[Route("/v1/batches", take, methods=["POST"]), Route("/readyz", ready)])
