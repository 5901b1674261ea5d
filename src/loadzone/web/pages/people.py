"""Users and tokens: who may what, which token ends when, who of elsewhere may look in; secrets are shown once."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Annotated, TypeVar

from fastapi import Path, Request, Response

from loadzone.flows import access, audit_trail, people, token_desk
from loadzone.flows.access import ROLES
from loadzone.flows.people import Grant, Member
from loadzone.flows.platform import Work
from loadzone.flows.token_desk import SCOPES, Token
from loadzone.web.api.parameters import IDENTIFIER
from loadzone.web.pages.organisations import chosen
from loadzone.web.pages.page import Form, Reading, page, pages, to
from loadzone.web.pages.reader import Reader, show
from loadzone.web.pages.roles import ROLE_WORDS
from loadzone.web.pages.when import DAY_US, HOUR_US
from loadzone.words.errors import BadInput, LoadzoneError, NotAllowed
from loadzone.words.texts import Text, text

routes = pages()
MOST = 1000
SOON_US = 14 * DAY_US
Organisation = Annotated[str, Path(pattern=IDENTIFIER)]
Item = Annotated[str, Path(pattern=IDENTIFIER)]
SCOPE_WORDS: Mapping[str, Text] = {
    "viewer": text("read all"),
    "analyst": text("read all, send, answer alarms and advice"),
    "engineer": text("all of an analyst, change assets and limits"),
    "admin": text("everything"),
    "send": text("send recordings and values"),
    "metrics": text("read the counters"),
}
MAY: tuple[tuple[Text, str], ...] = (
    (text("See positions, recordings and advice"), "viewer"),
    (text("Send recordings, answer alarms and advice"), "analyst"),
    (text("Change assets and limits, exchange units"), "engineer"),
    (text("Invite people, grant access"), "admin"),
)
"""What a role is needed for, from the least."""

T = TypeVar("T")


@dataclass(frozen=True)
class Answer:
    """What a form came to: a secret that is shown once, or a refusal with what was entered."""

    form: str = ""
    entered: Mapping[str, str] = field(default_factory=dict)
    refusal: str = ""
    name: str = ""
    secret: str = ""
    is_link: bool = False
    ends_us: int = 0


NOTHING = Answer()


@page(routes, "/users", needs="viewer")
def get_users(reader: Reading, organisation: str = "") -> Response:
    """Users, tokens and grants of an organisation; for who is no administrator, the own tokens."""
    mine, _ = chosen(reader, organisation)
    return _shown(reader, mine)


@page(routes, "/users/{organisation}/people", needs="admin", method="POST")
def post_person(request: Request, reader: Reading, organisation: Organisation, form: Form) -> Response:
    """Invite somebody; the link is shown once."""

    def job(work: Work) -> people.Invitation:
        return people.add_user(
            work,
            reader.visit.act,
            organisation,
            login=form.get("login", "").strip(),
            name=form.get("name", "").strip() or form.get("login", "").strip(),
            role=_role(form.get("role", "")),
            language=form.get("language", "en"),
        )

    return _once(reader, organisation, "person", form, job, lambda made: _linked(request, made))


@page(routes, "/users/{organisation}/people/{user}", needs="admin", method="POST")
def post_change(request: Request, reader: Reading, organisation: Organisation, user: Item, form: Form) -> Response:
    """Change a role, disable or let in again, or make a link for who forgot the password."""
    if form.get("do") == "link":
        return _once(
            reader,
            organisation,
            "people",
            form,
            lambda work: people.invite(work, reader.visit.act, organisation, user),
            lambda made: _linked(request, made),
        )
    changes: dict[str, object] = {}
    if form.get("do") in {"disable", "enable"}:
        changes["is_disabled"] = form["do"] == "disable"
    if form.get("do") == "role":
        changes["role"] = _role(form.get("role", ""))
    return _led(
        reader,
        organisation,
        "people",
        form,
        lambda work: people.edit_user(work, reader.visit.act, organisation, user, changes),
    )


@page(routes, "/users/{organisation}/tokens", needs="viewer", method="POST")
def post_token(reader: Reading, organisation: Organisation, form: Form) -> Response:
    """Make a token of one's own; its secret is shown once."""
    seen = reader.seen
    if not seen.is_session or seen.user.organisation != organisation:
        raise NotAllowed(text("tokens are made by users of the organisation itself, signed in"))
    places = [each for each in form.get("positions", "").replace(",", " ").split() if each]

    def job(work: Work) -> tuple[Token, str]:
        return token_desk.make_token(
            work,
            reader.visit.act,
            organisation,
            seen.user.id,
            name=form.get("name", "").strip(),
            scope=form.get("scope", ""),
            for_positions=places,
            days=_days(form.get("days", "")),
        )

    return _once(
        reader,
        organisation,
        "token",
        form,
        job,
        lambda made: Answer("token", name=made[0].name, secret=made[1], ends_us=made[0].ends_us),
    )


@page(routes, "/users/{organisation}/tokens/{token}", needs="viewer", method="POST")
def post_revoke(reader: Reading, organisation: Organisation, token: Item, form: Form) -> Response:
    """Take a token back: one's own, or any as an administrator."""
    is_admin = organisation in reader.seen.organisations("admin")
    whose = None if is_admin else reader.seen.user.id
    return _led(
        reader,
        organisation,
        "tokens",
        form,
        lambda work: token_desk.revoke_token(work, reader.visit.act, organisation, token, user=whose),
    )


@page(routes, "/users/{organisation}/grants", needs="admin", method="POST")
def post_grant(reader: Reading, organisation: Organisation, form: Form) -> Response:
    """Let the people of another organisation look in, or take that back."""
    grantee = form.get("grantee", "").strip()

    def job(work: Work) -> None:
        if form.get("do") == "withdraw":
            people.withdraw(work, reader.visit.act, organisation, grantee)
        else:
            people.grant(work, reader.visit.act, organisation, grantee, _role(form.get("role", "")))

    return _led(reader, organisation, "grant", form, job)


def _role(written: str) -> access.RoleName:
    found = next((role for role in ROLES if role == written), None)
    if found is None:
        raise BadInput(text("{role} is no role: choose {known}", role=written[:40], known=", ".join(ROLES)))
    return found


def _days(written: str) -> int:
    try:
        return int(written)
    except ValueError as error:
        raise BadInput(text("{days} is no number of days", days=repr(written[:40]))) from error


def _linked(request: Request, made: people.Invitation) -> Answer:
    address = f"{request.url.scheme}://{request.headers.get('host', '')}/welcome#{made.secret}"
    return Answer("person", name=made.member.user.login, secret=address, is_link=True, ends_us=made.ends_us)


def _once(
    reader: Reader,
    organisation: str,
    name: str,
    form: Mapping[str, str],
    job: Callable[[Work], T],
    answer: Callable[[T], Answer],
) -> Response:
    """Do it, and show on this very page what is shown once."""
    try:
        made = reader.visit.platform.catalog.write(organisation, job)
    except LoadzoneError as error:
        return _refused(reader, organisation, name, form, error)
    return _shown(reader, organisation, answer(made), status=201)


def _led(
    reader: Reader, organisation: str, name: str, form: Mapping[str, str], job: Callable[[Work], object]
) -> Response:
    try:
        reader.visit.platform.catalog.write(organisation, job)
    except LoadzoneError as error:
        return _refused(reader, organisation, name, form, error)
    return to(f"/users?organisation={organisation}")


def _refused(reader: Reader, organisation: str, name: str, form: Mapping[str, str], error: LoadzoneError) -> Response:
    told = Answer(name, form, error.message.render(reader.lang))
    return _shown(reader, organisation, told, status=error.status)


def _shown(reader: Reader, organisation: str, answer: Answer = NOTHING, *, status: int = 200) -> Response:
    seen = reader.seen
    is_admin, is_own = organisation in seen.organisations("admin"), seen.user.organisation == organisation
    _, known = chosen(reader, organisation)

    def job(work: Work) -> tuple[tuple[Token, ...], tuple[Member, ...], tuple[Grant, ...], Mapping[str, int]]:
        whose = None if is_admin else seen.user.id if is_own else ""
        tokens = token_desk.tokens_of(work, organisation, user=whose, limit=MOST)
        if not is_admin:
            return tokens, (), (), {}
        members = people.members(work, organisation, limit=MOST)
        return tokens, members, people.grants_of(work, organisation), audit_trail.last_sign_ins(work, organisation)

    tokens, members, grants, entered = reader.visit.platform.read(organisation, job)
    own_role = seen.roles.get(organisation, "viewer")
    usable = sorted(tokens, key=lambda each: (each.revoked_us is not None, each.ends_us))
    return show(
        reader,
        "users.html.j2",
        title=text("Users and tokens"),
        status=status,
        heading=_heading(usable, reader),
        organisation=organisation,
        organisations=known,
        is_admin=is_admin,
        can_make=is_own and seen.is_session,
        carried=[(each, _state(each, reader.visit.at_us)) for each in usable],
        members=members,
        grants=grants,
        entered=entered,
        names={each.user.id: each.user.login for each in members} | {seen.user.id: seen.user.login},
        roles=ROLES,
        role_words=ROLE_WORDS,
        scope_words=SCOPE_WORDS,
        scopes=[each for each in SCOPES if _may(each, own_role)],
        may=[(name, [ROLES.index(role) >= ROLES.index(needed) for role in ROLES]) for name, needed in MAY],
        longest=token_desk.LONGEST_DAYS,
        default=token_desk.DEFAULT_DAYS,
        answer=answer,
        own=seen.user,
        room_here="users",
        session_hours=access.SESSION_US // HOUR_US,
    )


def _may(scope: str, own: str) -> bool:
    needed = scope if scope in ROLES else "engineer"
    return ROLES.index(own) >= ROLES.index(needed)


def _state(token: Token, at_us: int) -> str:
    """How a token stands: taken back or run out, ending soon, or good."""
    if token.revoked_us is not None:
        return "none"
    if token.ends_us <= at_us:
        return "act"
    return "watch" if token.ends_us - at_us < SOON_US else "good"


def _heading(tokens: list[Token], reader: Reader) -> str:
    """Which token ends."""
    states = [_state(each, reader.visit.at_us) for each in tokens]
    over, soon = states.count("act"), states.count("watch")
    if over and soon:
        return reader.say("Tokens: {over} run out, {soon} near the end", over=over, soon=soon)
    if over == 1:
        return reader.say("One token has run out")
    if over:
        return reader.say("{over} tokens have run out", over=over)
    if soon == 1:
        return reader.say("One token ends within 14 days")
    if soon:
        return reader.say("{soon} tokens end within 14 days", soon=soon)
    return reader.say("Users and tokens: nothing runs out soon")
