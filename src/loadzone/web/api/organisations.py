"""Organisations, and what one grants to the service desk of another."""

from typing import Any, Literal

from fastapi import Request, Response
from pydantic import Field

from loadzone.flows import people
from loadzone.flows.access import RoleName
from loadzone.flows.platform import Work
from loadzone.web.api.parameters import Organisation
from loadzone.web.api.route import Visiting, route, router, shown
from loadzone.web.api.users import InvitationShown, invited, without_secret
from loadzone.web.idempotency import written
from loadzone.web.shown import Identifier, Moment, Name, Page, Shown, Taken

routes = router("organisations")
Role = Literal["viewer", "analyst", "engineer", "admin"]


class OrganisationShown(Shown):
    """A maker, or one of its customers."""

    id: Identifier = Field(validation_alias="organisation")
    name: str
    created_at: Moment = Field(validation_alias="created_us")


class NewOrganisation(Taken):
    """An organisation, and the login of its first administrator."""

    id: Identifier
    name: Name
    admin_login: Name


class GrantShown(Shown):
    """People of ``grantee`` may look in, as ``role`` at most."""

    grantee: Identifier
    role: Role
    granted_at: Moment = Field(validation_alias="granted_us")
    granted_by: str


class NewGrant(Taken):
    """The most that they may do."""

    role: RoleName


@route(
    routes,
    "GET",
    "/organisations",
    name="listOrganisations",
    needs="signed in",
    shows=Page[OrganisationShown],
)
def list_organisations(visit: Visiting) -> Response:
    """The organisations that one sees."""
    found = visit.platform.read(visit.known.organisations(), people.organisations_seen)
    return shown(Page[OrganisationShown](items=[OrganisationShown.model_validate(each) for each in found]))


@route(
    routes,
    "POST",
    "/organisations",
    name="addOrganisation",
    needs="operator",
    shows=InvitationShown,
    status=201,
)
def add_organisation(request: Request, visit: Visiting, body: NewOrganisation) -> Response:
    """Enter a customer; its first administrator sets a password by the link, and grants whom it wants to look in."""
    new = people.Organisation(body.id, body.name, visit.at_us)

    def job(work: Work) -> InvitationShown:
        return invited(people.add_organisation(work, visit.act, new, login=body.admin_login))

    return written(request, body.id, job, status=201, kept=without_secret)


@route(
    routes,
    "GET",
    "/organisations/{organisation}/grants",
    name="listGrants",
    needs="admin",
    shows=Page[GrantShown],
)
def list_grants(visit: Visiting, organisation: Organisation) -> Response:
    """Who may look in."""
    found = visit.platform.read(organisation, lambda work: people.grants_of(work, organisation))
    return shown(Page[GrantShown](items=[GrantShown.model_validate(each) for each in found]))


@route(
    routes,
    "PUT",
    "/organisations/{organisation}/grants/{grantee}",
    name="putGrant",
    needs="admin",
    shows=GrantShown,
)
def put_grant(
    request: Request, visit: Visiting, organisation: Organisation, grantee: Identifier, body: NewGrant
) -> Response:
    """Let the people of another organisation (the maker's service desk) look in."""

    def job(work: Work) -> GrantShown:
        return GrantShown.model_validate(people.grant(work, visit.act, organisation, grantee, body.role))

    return written(request, organisation, job)


@route(
    routes,
    "DELETE",
    "/organisations/{organisation}/grants/{grantee}",
    name="deleteGrant",
    needs="admin",
    status=204,
)
def delete_grant(request: Request, visit: Visiting, organisation: Organisation, grantee: Identifier) -> Response:
    """Take a grant back; it ends with the next request, and a live connection within seconds."""

    def job(work: Work) -> Any:  # noqa: ANN401  nothing
        return people.withdraw(work, visit.act, organisation, grantee)

    return written(request, organisation, job)
