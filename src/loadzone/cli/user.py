"""``loadzone user``: people who sign in; entered, listed, given a password."""

import sys
from typing import Annotated, Literal

import typer

from loadzone.cli import desk, options
from loadzone.words.texts import text

user = typer.Typer(help="People who sign in to the platform.", no_args_is_help=True)
HEADS = (text("login"), text("name"), text("role"), text("identifier"), text("disabled since"))


@user.command("add")
def add(
    login: Annotated[str, typer.Argument(metavar="LOGIN", help="What one types to sign in.")],
    role: Annotated[
        Literal["viewer", "analyst", "engineer", "admin"], typer.Option(help="The most that the user may do.")
    ] = "viewer",
    name: Annotated[str | None, typer.Option(metavar="NAME", help="As it is shown; the login by default.")] = None,
    organisation: options.Organisation = None,
    data: options.Data = options.DATA,
    database: options.Database = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the facts as JSON.")] = False,
    lang: options.Language = "en",
) -> None:
    """Enter a user.

    Prints a secret with which that person sets a password, once and within a day.
    """
    from loadzone.flows import people

    with desk.opened(data, database) as platform:
        mine, act = desk.whose(platform, organisation), desk.act(platform)
        made = platform.catalog.write(
            mine,
            lambda work: people.add_user(work, act, mine, login=login, name=name or login, role=role, language=lang),
        )
    facts = {"login": made.member.user.login, "id": made.member.user.id, "organisation": mine, "role": role}
    told = text(
        "{login} is entered as {role}; this secret sets the password once, until {until}: {secret}",
        login=made.member.user.login,
        role=role,
        until=desk.moment(made.ends_us),
        secret=made.secret,
    )
    desk.say({**facts, "secret": made.secret, "ends_at": desk.moment(made.ends_us)}, told, as_json, lang)


@user.command("list")
def list_users(
    organisation: options.Organisation = None,
    data: options.Data = options.DATA,
    database: options.Database = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the facts as JSON.")] = False,
    lang: options.Language = "en",
) -> None:
    """List users with their roles."""
    from loadzone.flows import people

    with desk.opened(data, database) as platform:
        mine = desk.whose(platform, organisation)
        found = platform.read(mine, lambda work: people.members(work, mine, limit=10_000))
    facts = [
        {
            "login": each.user.login,
            "name": each.user.name,
            "role": each.role or "",
            "id": each.user.id,
            "disabled_at": desk.moment(each.user.disabled_us),
        }
        for each in found
    ]
    desk.say(facts, desk.table(HEADS, [list(row.values()) for row in facts], lang), as_json, lang)


@user.command("password")
def password(
    login: Annotated[str, typer.Argument(metavar="LOGIN", help="Whose password.")],
    data: options.Data = options.DATA,
    database: options.Database = None,
    lang: options.Language = "en",
) -> None:
    """Set a password.

    It is asked for twice at a terminal, and read from the first line of the input otherwise. All sessions of the user
    end.
    """
    from loadzone.flows import access

    with desk.opened(data, database) as platform:
        access.put_password(platform.catalog, login, _asked(lang), desk.act(platform))
    typer.echo(text("the password of {login} is set", login=login).render(lang))


def _asked(lang: str) -> str:
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    asked: str = typer.prompt(text("new password").render(lang), hide_input=True, confirmation_prompt=True)
    return asked
