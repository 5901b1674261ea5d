"""Reports for paper: what was said against what was found, of the fleet in a month and of a machine in a year."""

from collections.abc import Callable
from datetime import UTC, datetime

from fastapi import Response

from loadzone.flows import assets
from loadzone.flows.accounts import Accounts, Opened, Span, accounts
from loadzone.flows.assets import Machine
from loadzone.flows.standing import Stand
from loadzone.reports.account_charts import share_bar, states_chart
from loadzone.reports.account_sheet import AccountSheet, Figure, Line, pdf
from loadzone.reports.marks import MarkName
from loadzone.reports.numbers import fixed, significant
from loadzone.web import static
from loadzone.web.pages import findings
from loadzone.web.pages.page import Reading, page, pages
from loadzone.web.pages.paths import machine_path, position_path, report_path
from loadzone.web.pages.reader import Reader, show
from loadzone.web.pages.when import DAY_US
from loadzone.words.errors import BadInput
from loadzone.words.texts import Text, text

routes = pages()
YEAR_DAYS = 365
YEARS = (1990, 2200)
"""Of which a month can be asked for."""
WIDTH, NARROW = 680, 350
MOST_NOW, MOST_PLANNED = 12, 16
MARKS: dict[str, MarkName] = {"right": "good", "missed": "act", "false": "plan"}
JUDGED = {"right": text("yes"), "missed": text("missed"), "false": text("false")}
WORDS = {
    "opened": text("Opened in this time"),
    "said_and_found": text("what was said, what was found"),
    "nothing_opened": text("No bearing was opened, and no advice was checked on one."),
    "position": text("Position"),
    "said": text("Said"),
    "found": text("Found"),
    "notice": text("Notice, days"),
    "right": text("Right"),
    "over_days": text("Over the days"),
    "over_days_from": text("from the alarms and the advice that were open"),
    "now": text("How it stands now"),
    "watched": text("Watched, by site"),
    "planned": text("Planned next"),
    "nothing_planned": text("Nothing waits with a date."),
    "page": text("Page"),
}
DEFINITIONS = (
    text("Right, false: what was seen on the bearing, as it was entered with the outcome of the advice."),
    text("Missed: a bearing that was taken out with no call of Plan or Act before, whatever the reason."),
    text("Not counted: avoided cost. It cannot be measured here."),
)


@page(routes, "/reports/fleet")
def get_fleet_report(reader: Reading, month: str = "") -> Response:
    """The accounts of all positions that are seen in a month (as 2026-11), or in the current one."""
    return _shown(_fleet(reader, month), _fleet_paths(reader, month), reader)


@page(routes, "/reports/fleet/pdf", waits=True)
def get_fleet_pdf(reader: Reading, month: str = "") -> Response:
    """The same as PDF."""
    return _paper(_fleet(reader, month), f"fleet-{_month(reader, month):%Y-%m}", reader)


@page(routes, "/reports/machine/{organisation}/{machine}", needs="viewer")
def get_machine_report(reader: Reading, organisation: str, machine: str) -> Response:
    """The accounts of one machine over the last year, or since it was entered, and how it stands now."""
    found = _machine(reader, organisation, machine)
    paths = [(found.name, machine_path(found))], f"{report_path(found)}/pdf", "", ""
    return _shown(_of_machine(reader, found), paths, reader)


@page(routes, "/reports/machine/{organisation}/{machine}/pdf", needs="viewer", waits=True)
def get_machine_pdf(reader: Reading, organisation: str, machine: str) -> Response:
    """The same as PDF."""
    found = _machine(reader, organisation, machine)
    return _paper(_of_machine(reader, found), f"{organisation}-{machine}", reader)


Paths = tuple[list[tuple[str, str]], str, str, str]
"""Steps of the place line, the PDF, the month before and the one after."""


def _shown(sheet: AccountSheet, paths: Paths, reader: Reader) -> Response:
    steps, as_pdf, before, after = paths
    return show(
        reader,
        "report.html.j2",
        title=text("{kind}, {period}", kind=sheet.kind, period=sheet.period),
        sheet=sheet,
        words={key: word.render(reader.lang) for key, word in WORDS.items()},
        steps=steps,
        as_pdf=as_pdf,
        before=before,
        after=after,
        bar=share_bar,
    )


def _paper(sheet: AccountSheet, name: str, reader: Reader) -> Response:
    words = {key: word.render(reader.lang) for key, word in WORDS.items()}
    body = pdf(sheet, words, reader.lang, static.FOLDER / "fonts")
    headers = {"Content-Disposition": f'inline; filename="loadzone-{name}.pdf"', "Cache-Control": "no-store"}
    return Response(body, media_type="application/pdf", headers=headers)


def _machine(reader: Reader, organisation: str, machine: str) -> Machine:
    found = reader.visit.platform.read(organisation, lambda work: assets.find(work, "machine", organisation, machine))
    assert isinstance(found, Machine)  # noqa: S101  the kind that was asked for
    return found


def _month(reader: Reader, month: str) -> datetime:
    """The first of a month on the reader's clock.

    Raises
    ------
    BadInput : no month as 2026-11
    """
    if not month:
        now = datetime.fromtimestamp(reader.visit.at_us / 1e6, UTC).astimezone(reader.when.zone)
        return now.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    try:
        first = datetime.strptime(month, "%Y-%m").replace(tzinfo=reader.when.zone)
        if not YEARS[0] <= first.year <= YEARS[1]:
            raise ValueError(month)  # noqa: TRY301  refused like what is no month
    except ValueError:
        raise BadInput(text("month «{month}»: write it as 2026-11", month=month[:20])) from None
    return first


def _following(first: datetime, step: int) -> datetime:
    count = first.year * 12 + first.month - 1 + step
    return first.replace(year=count // 12, month=count % 12 + 1)


def _fleet_paths(reader: Reader, month: str) -> Paths:
    first = _month(reader, month)
    before, after = (f"/reports/fleet?month={_following(first, step):%Y-%m}" for step in (-1, 1))
    is_past = _following(first, 1).timestamp() * 1e6 < reader.visit.at_us
    return (
        [(text("Fleet").render(reader.lang), "/")],
        f"/reports/fleet/pdf?month={first:%Y-%m}",
        before,
        after if is_past else "",
    )


def _fleet(reader: Reader, month: str) -> AccountSheet:
    first = _month(reader, month)
    span = Span(*(round(each.timestamp() * 1e6) for each in (first, _following(first, 1))))
    told = accounts(reader.visit.platform, reader.seen.organisations(), span, reader.visit.at_us)
    period = f"{first.year} 年 {first.month} 月" if reader.lang == "zh" else f"{first:%B %Y}"
    return _sheet(told, text("Month report"), period, reader, now=[], name_of=_position)


def _of_machine(reader: Reader, machine: Machine) -> AccountSheet:
    at_us = reader.visit.at_us
    span = Span(max(at_us - YEAR_DAYS * DAY_US, min(machine.created_us, at_us - DAY_US)), at_us)
    key = machine.organisation, machine.id
    told = accounts(reader.visit.platform, [machine.organisation], span, at_us, machine=key)
    now = [(each.state, each.position.name, findings.finding(each, reader)[0]) for each in told.stands[:MOST_NOW]]
    return _sheet(told, text("Machine report"), machine.name, reader, now=now, name_of=lambda each: each.position.name)


def _sheet(
    told: Accounts,
    kind: Text,
    period: str,
    reader: Reader,
    *,
    now: list[tuple[MarkName, str, str]],
    name_of: Callable[[Stand], str],
) -> AccountSheet:
    names = [reader.when.short_day(each) for each in told.days_us]
    return AccountSheet(
        kind=kind.render(reader.lang),
        period=period,
        heading=_heading(told).render(reader.lang),
        lead=_lead(told, reader),
        figures=_figures(told, reader),
        opened=[_line(each, reader) for each in told.opened],
        days=states_chart(names, told.states, reader.lang, WIDTH) if told.stands else None,
        days_narrow=states_chart(names, told.states, reader.lang, NARROW) if told.stands else None,
        now=now,
        watched=[
            (name, fixed(None if share is None else 100.0 * share, 1), share or 0.0)
            for name, share in told.watched_by_site
        ],
        planned=[
            (reader.when.short_day(given.due_us), f"{name_of(stand)}{_colon(reader)}{findings.words(given, reader)}")
            for stand, given in told.planned[:MOST_PLANNED]
        ],
        definitions=[each.render(reader.lang) for each in DEFINITIONS],
        foot=[
            (reader.say("Data to"), reader.when.full(told.span.end_us)),
            (reader.say("Span"), f"{reader.when.day(told.span.start_us)} – {reader.when.day(told.span.end_us)}"),
            (reader.say("Opened"), reader.say("{count} with what was found", count=len(told.opened))),
        ],
    )


def _heading(told: Accounts) -> Text:
    if not told.exchanged:
        return text("No bearing was exchanged")
    if told.exchanged == 1:
        return text("One bearing exchanged, foreseen") if told.foreseen else text("One bearing exchanged, and missed")
    return text(
        "{count} bearings exchanged: {foreseen} foreseen, {missed} missed",
        count=told.exchanged,
        foreseen=told.foreseen,
        missed=told.missed,
    )


def _lead(told: Accounts, reader: Reader) -> str:
    """False calls, then the site that was watched least, where that says something."""
    first = reader.say("{count} calls proved false on the bearing.", count=told.false)
    if told.false < 2:
        first = (
            reader.say("One call proved false on the bearing.")
            if told.false
            else reader.say("No call proved false on the bearing.")
        )
    shares = sorted((share, name) for name, share in told.watched_by_site if share is not None)
    if len(shares) > 1 and shares[0][0] < 0.95:
        weak = reader.say("{site} was watched least.", site=shares[0][1])
        return f"{first}{'' if reader.lang == 'zh' else ' '}{weak}"
    return first


def _figures(told: Accounts, reader: Reader) -> list[Figure]:
    days = len(told.days_us)
    return [
        Figure(
            fixed(None if told.watched is None else 100.0 * told.watched, 1),
            "%",
            reader.say("watched, of {count} positions and {days} days", count=len(told.stands), days=days),
        ),
        Figure(
            significant(told.false_per_month, 2),
            "",
            reader.say("false calls a position and month; promised {promised}", promised=told.promised_per_month),
        ),
        Figure(
            significant(told.notice_days, 2),
            reader.say("d"),
            reader.say("median notice before the exchange; {count} cases", count=told.notices),
        ),
        Figure(f"{told.kept} / {told.due}", "", reader.say("advices answered by their date")),
    ]


def _line(each: Opened, reader: Reader) -> Line:
    said = findings.words(each.called, reader) if each.called is not None else reader.say("nothing called")
    found = each.found.render(reader.lang) if isinstance(each.found, Text) else each.found
    notes = [part for part in (found, each.note) if part]
    comma, day = "，" if reader.lang == "zh" else ", ", reader.when.short_day(each.at_us)
    return Line(
        state=MARKS[each.judged],
        position=_position(each.stand),
        place=comma.join(filter(None, (each.stand.site.name if each.stand.site else "", day))),
        said=said,
        found=("；" if reader.lang == "zh" else "; ").join(notes) or reader.say("not entered"),
        notice="–" if each.notice_days is None else fixed(each.notice_days),
        judged=JUDGED[each.judged].render(reader.lang),
        path=position_path(each.stand.position),
    )


def _position(stand: Stand) -> str:
    return f"{stand.machine.name} {stand.position.name}" if stand.machine else stand.position.name


def _colon(reader: Reader) -> str:
    return "：" if reader.lang == "zh" else ": "
