"""Application: every route of the server, in one table that the tests read.

Ingest routes take no cookie, the console's take nothing but one; they share only the process.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from milkglass.access.values import Act
from milkglass.errors import MilkglassError
from milkglass.web import (
    access,
    access_incidents,
    consent,
    exports,
    heatmaps,
    institutions,
    looks,
    own_sign_in,
    policy,
    pseudonyms,
    recordings,
    vocabulary,
)
from milkglass.web.backend import backend_routes
from milkglass.web.built import BUILT, SDK, serve
from milkglass.web.classes import class_page, paths_page
from milkglass.web.entries import Checked
from milkglass.web.icons import TAB_PICTURE
from milkglass.web.ingest_routes import IngestRoutes, health, ready
from milkglass.web.install import install, install_stream
from milkglass.web.living import living, living_pdf, public, stream
from milkglass.web.log_page import download, log_page, proof
from milkglass.web.masking import masking, masking_csv, masking_json
from milkglass.web.overview import overview
from milkglass.web.pages import STYLE, STYLE_URL, Pages
from milkglass.web.problems import problem, title_of
from milkglass.web.protection import Csp, protect
from milkglass.web.seat import Door, Screen, endpoint, refusal
from milkglass.web.sign_in import ask_passkey, do_login, do_logout, do_passkey, show_login
from milkglass.web.tester import MOST_BYTES, tester, try_page
from milkglass.web.wizard import save_step, step, wizard

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from starlette.requests import Request

    from milkglass.app.app import Milkglass


def screens(checked: Checked | None = None) -> tuple[Screen, ...]:
    """List the console's routes, each with the act that an account must be allowed; they share one `checked`."""
    checked = checked or Checked()
    return (
        Screen(path="/console/", act=Act.LIST, answer=overview),
        Screen(path="/console/recordings", act=Act.LIST, answer=recordings.recordings),
        Screen(path="/console/recordings.csv", act=Act.LIST, answer=recordings.recordings_csv, is_page=False),
        Screen(path="/console/recordings.json", act=Act.LIST, answer=recordings.recordings_json, is_page=False),
        Screen(path="/console/recordings/by-code", act=Act.CODE, answer=recordings.by_code, method="POST"),
        Screen(path="/console/recordings/{recording}", act=Act.LIST, answer=recordings.recording),
        # Whether this look is allowed is `replay`'s to decide and to log; listing is what it takes to ask.
        Screen(path="/console/recordings/{recording}/looks", act=Act.LIST, answer=recordings.look, method="POST"),
        Screen(path="/console/recordings/{recording}/leave", act=Act.GRANT_ASK, answer=access.ask, method="POST"),
        Screen(
            path="/console/recordings/{recording}/glass", act=Act.GRANT_ASK, answer=access.break_glass, method="POST"
        ),
        Screen(path="/console/access", act=Act.GRANT_LIST, answer=access.access),
        Screen(path="/console/access/review", act=Act.ACCOUNTS, answer=access.review, method="POST"),
        # Who is confirmed by whom, the room knows and logs.
        Screen(
            path="/console/access/people/{account}/confirm",
            act=Act.GRANT_LIST,
            answer=access.confirm,
            method="POST",
        ),
        # Who may decide depends on who asked, which the room knows.
        Screen(path="/console/access/{grant}", act=Act.GRANT_LIST, answer=access.decide, method="POST"),
        # Who may ask, agree and be told depends on the question, which the room knows and logs.
        Screen(path="/console/pseudonyms", act=Act.GRANT_LIST, answer=pseudonyms.pseudonyms),
        Screen(path="/console/pseudonyms", act=Act.GRANT_LIST, answer=pseudonyms.ask, method="POST"),
        Screen(
            path="/console/pseudonyms/{resolution}/confirm",
            act=Act.GRANT_LIST,
            answer=pseudonyms.confirm,
            method="POST",
        ),
        Screen(
            path="/console/pseudonyms/{resolution}/resolve",
            act=Act.GRANT_LIST,
            answer=pseudonyms.resolve,
            method="POST",
        ),
        Screen(path="/console/training", act=Act.TRAIN, answer=access.training),
        Screen(path="/console/training", act=Act.TRAIN, answer=access.take_training, method="POST"),
        Screen(path="/console/training/agreement", act=Act.AGREE, answer=access.sign, method="POST"),
        *_own_sign_in(),
        Screen(path="/console/looks/{look}", act=Act.LIST, answer=looks.player),
        Screen(path="/console/looks/{look}/segments/{number}", act=Act.LIST, answer=looks.segment, is_page=False),
        Screen(path="/console/looks/{look}/words", act=Act.LIST, answer=looks.words, is_page=False),
        Screen(path="/console/looks/{look}/joined", act=Act.LIST, answer=looks.joined, is_page=False),
        Screen(
            path="/console/looks/{look}/personal-data",
            act=Act.SEAL,
            answer=looks.personal_data,
            method="POST",
            is_page=False,
        ),
        # A confirmation and a download are `replay`'s to decide and to log too: the decision needs to know who asked.
        Screen(path="/console/exports", act=Act.LIST, answer=exports.exports),
        Screen(path="/console/exports/{export}", act=Act.LIST, answer=exports.export),
        Screen(path="/console/exports/{export}/confirm", act=Act.LIST, answer=exports.confirm, method="POST"),
        Screen(path="/console/exports/{export}/events.json", act=Act.LIST, answer=exports.events),
        Screen(path="/console/heatmaps", act=Act.HEATMAP, answer=heatmaps.heatmaps),
        Screen(path="/console/masking", act=Act.MASKING, answer=masking),
        Screen(path="/console/masking.csv", act=Act.MASKING, answer=masking_csv, is_page=False),
        Screen(path="/console/masking.json", act=Act.MASKING, answer=masking_json, is_page=False),
        Screen(path="/console/masking/paths", act=Act.MASKING, answer=paths_page),
        Screen(path="/console/masking/{string_class}", act=Act.MASKING, answer=class_page),
        Screen(path="/console/install", act=Act.MASKING, answer=install),
        Screen(path="/console/install/stream", act=Act.MASKING, answer=install_stream, is_page=False),
        Screen(path="/console/wizard", act=Act.POLICY, answer=wizard),
        Screen(path="/console/wizard/{step}", act=Act.POLICY, answer=step),
        Screen(path="/console/wizard/{step}", act=Act.POLICY, answer=save_step, method="POST"),
        Screen(path="/console/consent", act=Act.CONSENT, answer=consent.consent),
        Screen(path="/console/consent.csv", act=Act.CONSENT, answer=consent.consent_csv, is_page=False),
        Screen(path="/console/consent.json", act=Act.CONSENT, answer=consent.consent_json, is_page=False),
        Screen(path="/console/consent/withdraw", act=Act.CONSENT, answer=consent.withdraw, method="POST"),
        Screen(path="/console/consent/{person}/receipt.json", act=Act.CONSENT, answer=consent.receipt, is_page=False),
        Screen(path="/console/institutions", act=Act.POLICY_READ, answer=institutions.institutions),
        Screen(path="/console/institutions/stop", act=Act.STOP, answer=institutions.stop, method="POST"),
        Screen(path="/console/institutions/resume", act=Act.RESUME, answer=institutions.resume, method="POST"),
        Screen(path="/console/policy", act=Act.POLICY_READ, answer=policy.policy),
        Screen(path="/console/policy.yaml", act=Act.POLICY_READ, answer=policy.policy_yaml, is_page=False),
        Screen(path="/console/policy/journey", act=Act.POLICY, answer=policy.journey),
        Screen(path="/console/policy/journey", act=Act.POLICY, answer=policy.save_journey, method="POST"),
        Screen(path="/console/policy/exclusions", act=Act.POLICY, answer=policy.exclusions),
        Screen(path="/console/policy/exclusions", act=Act.POLICY, answer=policy.save_exclusions, method="POST"),
        Screen(path="/console/policy/text", act=Act.POLICY, answer=policy.text),
        Screen(
            path="/console/policy/text",
            act=Act.POLICY,
            answer=policy.save_text,
            method="POST",
            most_bytes=policy.MOST_BYTES,
        ),
        Screen(path="/console/policy/living", act=Act.POLICY_READ, answer=living(checked)),
        Screen(path="/console/policy/living.pdf", act=Act.POLICY_READ, answer=living_pdf(checked)),
        Screen(path="/console/policy/living/stream", act=Act.POLICY_READ, answer=stream, is_page=False),
        Screen(path="/console/policy/versions/{number}", act=Act.POLICY_READ, answer=policy.version),
        Screen(path="/console/policy/versions/{number}/propose", act=Act.POLICY, answer=policy.propose, method="POST"),
        Screen(
            path="/console/policy/versions/{number}/approve",
            act=Act.POLICY_APPROVE,
            answer=policy.approve,
            method="POST",
        ),
        Screen(
            path="/console/policy/versions/{number}/return",
            act=Act.POLICY_APPROVE,
            answer=policy.send_back,
            method="POST",
        ),
        Screen(path="/console/policy/versions/{number}/told", act=Act.POLICY, answer=policy.tell, method="POST"),
        Screen(path="/console/policy/versions/{number}/publish", act=Act.POLICY, answer=policy.publish, method="POST"),
        Screen(path="/console/vocabulary", act=Act.POLICY, answer=vocabulary.vocabulary),
        Screen(path="/console/vocabulary.csv", act=Act.POLICY, answer=vocabulary.vocabulary_csv, is_page=False),
        Screen(path="/console/vocabulary.json", act=Act.POLICY, answer=vocabulary.vocabulary_json, is_page=False),
        Screen(path="/console/vocabulary/versions", act=Act.POLICY, answer=vocabulary.versions),
        Screen(path="/console/vocabulary/decide", act=Act.POLICY, answer=vocabulary.decide, method="POST"),
        Screen(path="/console/vocabulary/groups", act=Act.POLICY, answer=vocabulary.approve_group, method="POST"),
        Screen(path="/console/vocabulary/publish", act=Act.POLICY, answer=vocabulary.publish, method="POST"),
        Screen(path="/console/vocabulary/candidates/{candidate}", act=Act.POLICY, answer=vocabulary.one),
        Screen(
            path="/console/vocabulary/candidates/{candidate}/cut",
            act=Act.POLICY,
            answer=vocabulary.cut,
            method="POST",
        ),
        Screen(path="/console/tester", act=Act.TEST, answer=tester),
        Screen(path="/console/tester", act=Act.TEST, answer=try_page, method="POST", most_bytes=MOST_BYTES),
        Screen(path="/console/access-incidents", act=Act.LOG, answer=access_incidents.access_incidents),
        Screen(path="/console/access-incidents/run", act=Act.LOG, answer=access_incidents.run, method="POST"),
        Screen(path="/console/access-incidents/{incident}", act=Act.LOG, answer=access_incidents.judge, method="POST"),
        Screen(path="/console/log/review", act=Act.LOG, answer=access_incidents.sign_off, method="POST"),
        Screen(path="/console/log", act=Act.LOG, answer=log_page(checked)),
        Screen(path="/console/log/export", act=Act.LOG, answer=download, method="POST"),
        Screen(path="/console/log/{log}/{index}/proof", act=Act.LOG, answer=proof),
    )


def _own_sign_in() -> tuple[Screen, ...]:
    """A person's own ways in. Whether one may be changed now depends on its proof, which the room knows."""
    here, post = "/console/sign-in", "POST"
    act, own = Act.SIGN_IN, own_sign_in
    return (
        Screen(path=here, act=act, answer=own.own_sign_in),
        Screen(path=f"{here}/passkeys/ask", act=act, answer=own.ask_new_passkey, method=post, is_page=False),
        Screen(path=f"{here}/passkeys", act=act, answer=own.add_passkey, method=post, is_page=False),
        Screen(path=f"{here}/passkeys/{{passkey}}/remove", act=act, answer=own.remove_passkey, method=post),
        Screen(path=f"{here}/proof/ask", act=act, answer=own.ask_proof, method=post, is_page=False),
        Screen(path=f"{here}/proof", act=act, answer=own.prove_by_passkey, method=post, is_page=False),
        Screen(path=f"{here}/code", act=act, answer=own.prove_by_code, method=post),
        Screen(path=f"{here}/app/show", act=act, answer=own.show_app, method=post),
        Screen(path=f"{here}/app", act=act, answer=own.add_app, method=post),
        Screen(path=f"{here}/end-others", act=act, answer=own.end_others, method=post),
    )


def application(house: Milkglass) -> Starlette:
    """Return the server of a house. It opens and closes nothing: the caller owns the house."""
    door = Door(house=house, pages=Pages())
    ingest = IngestRoutes(house)
    checked = Checked()
    console = [Route(one.path, endpoint(door, one), methods=[one.method]) for one in screens(checked)]
    return Starlette(
        routes=[
            Route("/v1/tickets", ingest.tickets, methods=["POST"]),
            Route("/v1/batches", ingest.batches, methods=["POST"]),
            Route("/v1/withdraw", ingest.withdraw, methods=["POST"]),
            Route("/v1/notice", ingest.notice),
            Route("/v1/consents", ingest.answers, methods=["POST"]),
            Route("/v1/receipts", ingest.receipts, methods=["POST"]),
            *backend_routes(house),
            Route("/v1/support-codes", ingest.support_codes, methods=["POST"]),
            Route("/healthz", health(house)),
            Route("/readyz", ready(house)),
            Route("/sdk/{name}", _sdk),
            Route("/policy", _open_page(door, checked)),
            Route("/", lambda _request: protect(RedirectResponse("/console/", 303), Csp.NONE)),
            Route("/console", lambda _request: protect(RedirectResponse("/console/", 303), Csp.NONE)),
            Route(STYLE_URL, _style),
            Route("/console/mark.svg", _mark),
            Route("/console/built/{name}", _built),
            Route("/login", show_login(door)),
            Route("/login", do_login(door), methods=["POST"]),
            Route("/login/passkey/ask", ask_passkey(door), methods=["POST"]),
            Route("/login/passkey", do_passkey(door), methods=["POST"]),
            Route("/login/{link}", show_login(door)),
            Route("/login/{link}", do_login(door), methods=["POST"]),
            Route("/logout", do_logout(door), methods=["POST"]),
            *console,
        ],
        exception_handlers={HTTPException: _lost(door)},
    )


def _open_page(door: Door, checked: Checked) -> Callable[[Request], Response]:
    def respond(_request: Request) -> Response:
        try:
            return public(door, checked)
        except MilkglassError as error:
            return refusal(door, error, is_page=True)

    return respond


def _sdk(request: Request) -> Response:
    answer = _file(request, SDK)
    # A page loads it with `crossorigin` and `integrity`, from any origin: it is public and holds no secret.
    answer.headers["Access-Control-Allow-Origin"] = "*"
    answer.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return answer


def _built(request: Request) -> Response:
    answer = _file(request, (BUILT,))
    answer.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    return answer


def _style(_request: Request) -> Response:
    headers = {"Cache-Control": "public, max-age=31536000, immutable", "X-Content-Type-Options": "nosniff"}
    return Response(STYLE, media_type="text/css", headers=headers)


def _mark(_request: Request) -> Response:
    headers = {"Cache-Control": "public, max-age=86400", "X-Content-Type-Options": "nosniff"}
    return Response(TAB_PICTURE, media_type="image/svg+xml", headers=headers)


def _file(request: Request, folders: tuple[Path, ...]) -> Response:
    try:
        return serve(request, folders, str(request.path_params["name"]))
    except MilkglassError as error:
        return problem(404, error.code, str(error))


def _lost(door: Door) -> Callable[[Request, Exception], Response]:
    def respond(request: Request, error: Exception) -> Response:
        status = error.status_code if isinstance(error, HTTPException) else 500
        if not request.url.path.startswith(("/console", "/login")):
            return problem(status, "no_such_address", "there is nothing at this address")
        said = {"status": status, "title": title_of(status), "code": "no_such_address"}
        detail = "There is nothing at this address."
        return door.pages.render("error.html", {**said, "detail": detail}, csp=Csp.PAGE, status=status)

    return respond
