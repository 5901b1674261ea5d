"""Users of an organisation: entered with a role and a link of one use, changed, disabled."""

from typing import Literal

from fastapi import Request, Response
from pydantic import BaseModel

from loadzone.flows import people
from loadzone.flows.access import RoleName
from loadzone.flows.platform import Work
from loadzone.web import cursor
from loadzone.web.api.parameters import After, Limit, Organisation, page
from loadzone.web.api.route import Visiting, route, router, shown
from loadzone.web.idempotency import written
from loadzone.web.shown import Identifier, Moment, Name, Page, Shown, Taken, moment

routes = router("users")


class UserShown(Shown):
    """A person who signs in."""

    id: Identifier
    organisation: Identifier
    login: str
    name: str
    language: str
    role: Literal["viewer", "analyst", "engineer", "admin"] | None
    created_at: Moment
    disabled_at: Moment | None


class InvitationShown(Shown):
    """A user, and the secret with which a password is set, once, until it ends; not shown a second time."""

    user: UserShown
    secret: str | None
    ends_at: Moment


class NewUser(Taken):
    """A person to be entered."""

    login: Name
    name: Name
    role: RoleName
    language: Literal["en", "zh"] = "en"


class ChangedUser(Taken):
    """What shall be otherwise; what is not named stays."""

    name: Name = ""
    language: Literal["en", "zh"] = "en"
    role: RoleName = "viewer"
    is_disabled: bool = False


def user_shown(member: people.Member) -> UserShown:
    """A member as it is shown."""
    user = member.user
    return UserShown(
        id=user.id,
        organisation=user.organisation,
        login=user.login,
        name=user.name,
        language=user.language,
        role=member.role,
        created_at=moment(user.created_us),
        disabled_at=None if user.disabled_us is None else moment(user.disabled_us),
    )


def invited(invitation: people.Invitation) -> InvitationShown:
    """An invitation as it is shown, once."""
    return InvitationShown(
        user=user_shown(invitation.member), secret=invitation.secret, ends_at=moment(invitation.ends_us)
    )


def without_secret(answer: BaseModel) -> BaseModel:
    """The answer as it may be kept and repeated."""
    return answer.model_copy(update={"secret": None})


@route(
    routes,
    "GET",
    "/organisations/{organisation}/users",
    name="listUsers",
    needs="admin",
    shows=Page[UserShown],
)
def list_users(visit: Visiting, organisation: Organisation, limit: Limit = 100, after: After = None) -> Response:
    """Users and their roles."""
    behind = cursor.read(after, (str,))
    found = visit.platform.read(
        organisation,
        lambda work: people.members(work, organisation, after=str(behind[0]) if behind else None, limit=limit + 1),
    )
    return shown(page(UserShown, [user_shown(each) for each in found], limit, lambda last: (last.id,)))


@route(
    routes,
    "POST",
    "/organisations/{organisation}/users",
    name="addUser",
    needs="admin",
    shows=InvitationShown,
    status=201,
)
def add_user(request: Request, visit: Visiting, organisation: Organisation, body: NewUser) -> Response:
    """Enter a person; the secret of the answer goes to that person, who sets a password with it."""

    def job(work: Work) -> InvitationShown:
        return invited(people.add_user(work, visit.act, organisation, **body.model_dump()))

    return written(request, organisation, job, status=201, kept=without_secret)


@route(
    routes,
    "PATCH",
    "/organisations/{organisation}/users/{user}",
    name="changeUser",
    needs="admin",
    shows=UserShown,
)
def change_user(
    request: Request, visit: Visiting, organisation: Organisation, user: Identifier, body: ChangedUser
) -> Response:
    """Change name, language or role; disable, or let in again. An organisation keeps one administrator."""

    def job(work: Work) -> UserShown:
        return user_shown(people.edit_user(work, visit.act, organisation, user, body.given()))

    return written(request, organisation, job)


@route(
    routes,
    "POST",
    "/organisations/{organisation}/users/{user}/links",
    name="addLink",
    needs="admin",
    shows=InvitationShown,
    status=201,
)
def add_link(request: Request, visit: Visiting, organisation: Organisation, user: Identifier) -> Response:
    """A link of one use for somebody who forgot the password."""

    def job(work: Work) -> InvitationShown:
        return invited(people.invite(work, visit.act, organisation, user))

    return written(request, organisation, job, status=201, kept=without_secret)
