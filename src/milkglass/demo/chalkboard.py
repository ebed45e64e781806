"""Chalkboard: a small class help-desk, invented, that is recorded by Milkglass as any customer's product is.

Its pages carry names on purpose, in every place where names leak. It knows two things of Milkglass: the address
and hash of the SDK's file, and the application's secret, with which its backend signs visit tokens.
"""

import hashlib
import json
import secrets
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TypeVar

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.applications import Starlette
from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from milkglass.demo.classroom import FILE_LARGEST, SNIPPET_LONGEST, Classroom, Message, Room
from milkglass.demo.people import HELPER, PEOPLE, Person, guest, portrait
from milkglass.demo.visit_token import Keys, visit_token

HERE = Path(__file__).parent
Kept = TypeVar("Kept")
COOKIE = "chalkboard"
SESSIONS_KEPT = 2_000
PAGE_HEADERS = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    # Inline styles carry the names that the class CSS must catch; scripts come from files only.
    "Content-Security-Policy": "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'self'",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class SdkFile:
    """Where Milkglass serves its SDK, with the version in the name, and the file's `integrity` value."""

    url: str
    sri: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """A signed-in person; `agreed_at` is when they said yes to being recorded, in seconds, or None.

    `asks` leaves the question to the recorder's own dialog: the second way that a product can go.
    """

    person: Person
    agreed_at: int | None
    asks: bool = False


class SameSite:
    """Refuses a POST that another site's page sends."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on, or answer 403."""
        if scope["type"] == "http" and scope["method"] == "POST":
            site = dict(scope["headers"]).get(b"sec-fetch-site", b"none")
            if site not in (b"same-origin", b"none"):
                await Response("Sign in from Chalkboard's own page.", 403)(scope, receive, send)
                return
        await self.app(scope, receive, send)


class Chalkboard:
    """The product: its people, its content, its pages and its small API."""

    def __init__(self, secret: bytes, sdk: SdkFile | None) -> None:
        self.keys = Keys(secret=secret, pseudonyms=secrets.token_bytes(32))
        self.classroom = Classroom()
        self.sessions: OrderedDict[str, Session] = OrderedDict()
        self.files = {_versioned(path): path for path in sorted((HERE / "static").iterdir()) if path.is_file()}
        self.templates = Environment(
            loader=FileSystemLoader(HERE / "templates"), autoescape=True, undefined=StrictUndefined
        )
        self.templates.globals.update(
            sdk=sdk, static={path.name: f"/demo/static/{name}" for name, path in self.files.items()}, helper=HELPER
        )

    # Sessions

    def session(self, request: Request) -> Session | None:
        """Return who is signed in, or None."""
        return self.sessions.get(request.cookies.get(COOKIE, ""))

    def signed_in(self, request: Request) -> Session:
        """Return who is signed in; raises 303 to the sign-in page."""
        session = self.session(request)
        if session is None:
            raise HTTPException(303, headers={"Location": "/demo/sign-in"})
        return session

    def page(self, request: Request, name: str, **shown: object) -> HTMLResponse:
        """Render a page for the signed-in person."""
        me = self.signed_in(request)
        template = self.templates.get_template(name)
        said = template.render(
            me=me.person, agreed=me.agreed_at is not None, asks=me.asks, rooms=self.classroom.rooms.values(), **shown
        )
        return HTMLResponse(said, headers=PAGE_HEADERS)

    # Pages

    async def home(self, request: Request) -> Response:
        """Send on to where work goes on."""
        there = "/demo/chat/homework-help" if self.session(request) else "/demo/sign-in"
        return RedirectResponse(there, 303)

    async def sign_in_page(self, request: Request) -> Response:
        """Offer the invented people, a free name, and the question about recording."""
        del request
        said = self.templates.get_template("sign-in.html").render(
            people=PEOPLE, me=None, agreed=False, asks=False, rooms=()
        )
        return HTMLResponse(said, headers=PAGE_HEADERS)

    async def sign_in(self, request: Request) -> Response:
        """Sign a person in, with their answer about recording; anything but a plain yes is a no."""
        async with request.form(max_files=0, max_fields=10) as form:
            typed, number, answered = (_field(form, name) for name in ("name", "person", "help_support"))
        chosen = next((p for p in PEOPLE if p.number == number), PEOPLE[0])
        token = secrets.token_urlsafe(24)
        self.sessions[token] = Session(
            person=guest(typed) if typed.strip() else chosen,
            agreed_at=int(time.time()) if answered == "yes" else None,
            asks=answered == "ask",
        )
        while len(self.sessions) > SESSIONS_KEPT:
            self.sessions.popitem(last=False)
        answer = RedirectResponse("/demo/welcome", 303)
        answer.set_cookie(COOKIE, token, path="/demo", httponly=True, samesite="strict")
        return answer

    async def sign_out(self, request: Request) -> Response:
        """Forget the session."""
        self.sessions.pop(request.cookies.get(COOKIE, ""), None)
        answer = RedirectResponse("/demo/sign-in", 303)
        answer.delete_cookie(COOKIE, path="/demo")
        return answer

    async def welcome(self, request: Request) -> Response:
        """Show the three steps that a newcomer takes."""
        return self.page(request, "welcome.html")

    async def room(self, request: Request) -> Response:
        """Show a room's messages, or its shared snippets and files."""
        tab = "shared" if request.query_params.get("tab") == "shared" else "messages"
        shared = {"snippets": self.classroom.snippets.values(), "files": self.classroom.files.values()}
        return self.page(request, "chat.html", room=self._room(request), tab=tab, **shared)

    async def snippet(self, request: Request) -> Response:
        """Show one snippet, whole and in its preview frame."""
        return self.page(request, "snippet.html", snippet=_found(self.classroom.snippets, request))

    async def preview(self, request: Request) -> Response:
        """Show the snippet alone: the page inside the preview frame."""
        return self.page(request, "preview.html", snippet=_found(self.classroom.snippets, request))

    async def feedback(self, request: Request) -> Response:
        """Offer the feedback form, or say thank you after it was sent."""
        if request.method == "POST":
            async with request.form(max_files=0, max_fields=20):
                pass  # read and forgotten: the demo keeps no feedback
            return RedirectResponse("/demo/feedback?tab=thanks", 303)
        return self.page(request, "feedback.html", is_sent=request.query_params.get("tab") == "thanks")

    async def students(self, request: Request) -> Response:
        """List the class: photo, name, e-mail, student id. The policy excludes this route."""
        me = self.signed_in(request).person
        listed = [p for p in PEOPLE if p.institution == me.institution]
        return self.page(request, "students.html", people=listed)

    async def student(self, request: Request) -> Response:
        """Show one student: an address that carries a student id. The policy excludes this route."""
        return self.page(request, "student.html", student=self._person(request))

    async def file(self, request: Request) -> Response:
        """Show an uploaded file's name and first lines."""
        return self.page(request, "file.html", file=_found(self.classroom.files, request))

    async def broken(self, request: Request) -> Response:
        """Show the page on which things fail, so that errors, rage and dead clicks can be seen."""
        return self.page(request, "broken.html")

    # What the pages fetch

    async def visit(self, request: Request) -> Response:
        """Sign a visit token for the signed-in person: what a customer's own backend does for Milkglass."""
        me = self.session(request)
        if me is None:
            return JSONResponse({"visit": None}, 401)
        signed = visit_token(me.person, self.keys, agreed_at=me.agreed_at, now=int(time.time()))
        return JSONResponse({"visit": signed}, headers={"Cache-Control": "no-store"})

    async def say(self, request: Request) -> Response:
        """Take a message; answer with it as HTML and with what the helper replies."""
        room, me = self._room(request), self.signed_in(request).person
        said = str((await _json(request)).get("said", "")).strip()
        if not said:
            raise HTTPException(422)
        clock = datetime.now().astimezone().strftime("%H:%M")
        mine = self.classroom.say(room, me, said, clock)
        reply = self.classroom.say(room, HELPER, _reply(me, said), clock)
        return JSONResponse({"mine": self._message(mine), "reply": self._message(reply), "helper": HELPER.name})

    async def share(self, request: Request) -> Response:
        """Take a snippet; say it in the room and answer with its message as HTML."""
        room, me, sent = self._room(request), self.signed_in(request).person, await _json(request)
        snippet = self.classroom.share(me, str(sent.get("title", "")), str(sent.get("code", ""))[:SNIPPET_LONGEST])
        said = f"{snippet.title}\n```\n{snippet.code}\n```"
        mine = self.classroom.say(room, me, said, datetime.now().astimezone().strftime("%H:%M"))
        return JSONResponse({"mine": self._message(mine), "address": f"/demo/snippets/{snippet.number}"})

    async def upload(self, request: Request) -> Response:
        """Take one file, keep its name and first lines, answer with its address."""
        me = self.signed_in(request).person
        async with request.form(max_files=1, max_fields=2, max_part_size=FILE_LARGEST) as form:
            sent = form.get("file")
            if not isinstance(sent, UploadFile):
                raise HTTPException(422)
            kept = self.classroom.keep_file(me, sent.filename or "file", await sent.read(FILE_LARGEST))
        return JSONResponse({"address": f"/demo/files/{kept.number}", "name": kept.name})

    async def fails(self, request: Request) -> Response:
        """Answer 500: the request on the page that fails."""
        del request
        return JSONResponse({"title": "The grade book is away"}, 500)

    async def avatar(self, request: Request) -> Response:
        """Serve a drawn portrait."""
        drawn = portrait(self._person(request))
        headers = {"Cache-Control": "private, max-age=3600", "Content-Security-Policy": "default-src 'none'"}
        return Response(drawn, media_type="image/svg+xml", headers=headers)

    async def static(self, request: Request) -> Response:
        """Serve a versioned file; it never changes under its name."""
        path = self.files.get(request.path_params["name"])
        if path is None:
            raise HTTPException(404)
        kind = "text/css" if path.suffix == ".css" else "text/javascript"
        headers = {"Cache-Control": "public, max-age=31536000, immutable"}
        return Response(path.read_bytes(), media_type=kind, headers=headers)

    def _message(self, message: Message) -> str:
        return self.templates.get_template("message.html").render(message=message)

    def _room(self, request: Request) -> Room:
        room = self.classroom.rooms.get(request.path_params["room"])
        if room is None:
            raise HTTPException(404)
        return room

    def _person(self, request: Request) -> Person:
        number = request.path_params["number"]
        known = (*PEOPLE, HELPER, *(s.person for s in self.sessions.values()))
        person = next((p for p in known if p.number == number), None)
        if person is None:
            raise HTTPException(404)
        return person


def chalkboard(secret: bytes, sdk: SdkFile | None) -> Starlette:
    """Return Chalkboard, to be mounted at `/demo`.

    Args:
        secret: the application's secret, with which Milkglass checks its visit tokens.
        sdk: the file that the pages load; None leaves the pages without a recorder.
    """
    desk = Chalkboard(secret, sdk)
    pages: Mapping[str, Callable[[Request], Awaitable[Response]]] = {
        "/": desk.home,
        "/chat": desk.home,
        "/sign-in": desk.sign_in_page,
        "/welcome": desk.welcome,
        "/chat/{room}": desk.room,
        "/snippets/{id:int}": desk.snippet,
        "/snippets/{id:int}/preview": desk.preview,
        "/students": desk.students,
        "/students/{number}": desk.student,
        "/files/{id:int}": desk.file,
        "/broken": desk.broken,
        "/avatars/{number}.svg": desk.avatar,
        "/static/{name}": desk.static,
    }
    acts = {
        "/sign-in": desk.sign_in,
        "/sign-out": desk.sign_out,
        "/api/visit": desk.visit,
        "/api/rooms/{room}/messages": desk.say,
        "/api/rooms/{room}/snippets": desk.share,
        "/api/files": desk.upload,
        "/api/marks": desk.fails,
    }
    return Starlette(
        routes=[
            Route("/feedback", desk.feedback, methods=["GET", "POST"]),
            *(Route(path, page) for path, page in pages.items()),
            *(Route(path, act, methods=["POST"]) for path, act in acts.items()),
        ],
        middleware=[Middleware(SameSite)],
    )


def _versioned(path: Path) -> str:
    return f"{path.stem}-{hashlib.sha256(path.read_bytes()).hexdigest()[:12]}{path.suffix}"


def _field(form: FormData, name: str) -> str:
    value = form.get(name, "")
    return value if isinstance(value, str) else ""


async def _json(request: Request) -> Mapping[str, object]:
    try:
        sent = json.loads(await request.body())
    except (ValueError, RecursionError) as error:
        raise HTTPException(400) from error
    return sent if isinstance(sent, dict) else {}


def _found(kept: Mapping[int, Kept], request: Request) -> Kept:
    thing = kept.get(request.path_params["id"])
    if thing is None:
        raise HTTPException(404)
    return thing


def _reply(person: Person, said: str) -> str:
    first = person.name.split()[0]
    if "```" in said:
        return f"Thanks for the code, {first}. Which line do you think makes the trouble?"
    return f"Good question, {first}. What did you expect to happen, and what happened instead?"
