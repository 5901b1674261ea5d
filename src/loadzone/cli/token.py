"""``loadzone token``: what programs and sensors carry; made, listed, taken back."""

from typing import Annotated, Any, Literal

import typer

from loadzone.cli import desk, options
from loadzone.words.errors import MissingInput
from loadzone.words.texts import text

token = typer.Typer(help="What programs and sensors carry.", no_args_is_help=True)
HEADS = (text("identifier"), text("name"), text("may do"), text("until"), text("revoked since"))


@token.command("make")
def make(
    name: Annotated[str, typer.Argument(metavar="NAME", help="What it is for.")],
    scope: Annotated[
        Literal["viewer", "analyst", "engineer", "admin", "send", "metrics"],
        typer.Option(help="A role at most; send: send data and see nothing; metrics: read counters."),
    ] = "viewer",
    positions: Annotated[
        list[str] | None,
        typer.Option("--position", metavar="ID", help="With send: only for this position; repeat it."),
    ] = None,
    days: Annotated[int, typer.Option(min=1, metavar="N", help="How long it lives.")] = 365,
    login: Annotated[
        str | None, typer.Option("--user", metavar="LOGIN", help="Whose token; an administrator's by default.")
    ] = None,
    organisation: options.Organisation = None,
    data: options.Data = options.DATA,
    database: options.Database = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the facts as JSON.")] = False,
    lang: options.Language = "en",
) -> None:
    """Make a token.

    Prints its secret, which is not shown a second time.
    """
    from loadzone.flows import people, token_desk

    with desk.opened(data, database) as platform:
        mine, act = desk.whose(platform, organisation), desk.act(platform)
        user = platform.read(mine, lambda work: people.user_of(work, mine, login))
        if user is None:
            raise MissingInput(text("nobody here can have the token: give --user LOGIN of this organisation"))
        made, secret = platform.catalog.write(
            mine,
            lambda work: token_desk.make_token(
                work, act, mine, user.id, name=name, scope=scope, for_positions=positions or (), days=days
            ),
        )
    facts = {"id": made.id, "name": made.name, "scopes": list(made.scopes), "ends_at": desk.moment(made.ends_us)}
    told = text("token {id} until {until}: {secret}", id=made.id, until=desk.moment(made.ends_us), secret=secret)
    desk.say({**facts, "secret": secret}, told, as_json, lang)


@token.command("list")
def list_tokens(
    organisation: options.Organisation = None,
    data: options.Data = options.DATA,
    database: options.Database = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the facts as JSON.")] = False,
    lang: options.Language = "en",
) -> None:
    """List tokens."""
    from loadzone.flows import token_desk

    with desk.opened(data, database) as platform:
        mine = desk.whose(platform, organisation)
        found = platform.read(mine, lambda work: token_desk.tokens_of(work, mine, limit=10_000))
    facts: list[dict[str, Any]] = [
        {
            "id": each.id,
            "name": each.name,
            "scopes": list(each.scopes),
            "ends_at": desk.moment(each.ends_us),
            "revoked_at": desk.moment(each.revoked_us),
        }
        for each in found
    ]
    rows = [[*(row | {"scopes": " ".join(row["scopes"])}).values()] for row in facts]
    desk.say(facts, desk.table(HEADS, rows, lang), as_json, lang)


@token.command("revoke")
def revoke(
    identifier: Annotated[str, typer.Argument(metavar="ID", help="Identifier of the token.")],
    organisation: options.Organisation = None,
    data: options.Data = options.DATA,
    database: options.Database = None,
    lang: options.Language = "en",
) -> None:
    """Take a token back.

    It opens nothing from the next request on.
    """
    from loadzone.flows import token_desk

    with desk.opened(data, database) as platform:
        mine, act = desk.whose(platform, organisation), desk.act(platform)
        platform.catalog.write(mine, lambda work: token_desk.revoke_token(work, act, mine, identifier))
    typer.echo(text("token {id} opens nothing any more", id=identifier).render(lang))
