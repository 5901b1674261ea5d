"""In a real browser: an upload to its verdict, one that broke off and goes on, the palette, mounting and removing."""

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from browser import serving
from handling import handling
from world import World, twin

from loadzone.bearings.catalogue import find
from loadzone.flows import assets
from loadzone.formats.reading import write
from loadzone.simulate.faults import recording
from loadzone.web.app import create_app

pytestmark = pytest.mark.browser
LONGEST_MS = 60_000
SPEED_RPM = 1797.0


@dataclass
class Served:
    """A page that is signed in, where it is served, and what must not happen in it."""

    page: Any
    world: World
    address: str
    faults: list[str] = field(default_factory=list)
    expected: list[str] = field(default_factory=list)

    def go(self, path: str) -> None:
        self.page.goto(self.address + path)
        self.page.wait_for_selector("body[data-live=here]", state="attached")

    def check(self) -> None:
        """No fault in the console, no violation of the policy, no request to another host."""
        strange = [each for each in self.faults if not any(part in each for part in self.expected)]
        assert strange == []


@pytest.fixture
def served(browser: Any, original: World, tmp_path: Path) -> Iterator[Served]:
    world = twin(original, tmp_path / "world")
    platform = handling(world.platform)
    told = {"bearing": "6205", "facts": {"speed_rpm": SPEED_RPM}}
    world.do("acme", lambda work: assets.change(work, world.act, "position", "acme", "drive", told))
    with serving(create_app(platform)) as address, browser.context() as context:
        found = Served(context.new_page(), world, address)
        found.page.set_default_timeout(LONGEST_MS)
        watch(found)
        yield found
    world.platform.close()


def watch(served: Served) -> None:
    """Note what must not happen, and sign in."""
    page, faults = served.page, served.faults
    page.on("console", lambda told: faults.append(told.text) if told.type == "error" else None)
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("request", lambda asked: None if asked.url.startswith(served.address) else strange(asked.url, faults))
    page.add_init_script(
        "addEventListener('securitypolicyviolation', (e) => console.error('policy: ' + e.violatedDirective))"
    )
    cookie = {"name": "loadzone_session", "value": served.world.secrets["engineer@acme"], "url": served.address}
    page.context.add_cookies([cookie, {"name": "loadzone_lang", "value": "en", "url": served.address}])


def strange(url: str, faults: list[str]) -> None:
    if not url.startswith(("data:", "blob:")):
        faults.append(f"asked {url}")


def simulated(path: Path) -> Path:
    """Ten seconds of a bearing whose outer ring is damaged."""
    inside = find("6205")
    assert inside.geometry is not None
    rng = np.random.default_rng(3)
    made = recording(
        inside.geometry, "outer", speed_rpm=SPEED_RPM, fs_hz=12_000.0, duration_s=10.0, rng=rng, snr_db=-3.0
    )
    write(path, [made.recording])
    return path


def test_an_uploaded_recording_shows_its_verdict_in_its_row(served: Served, tmp_path: Path) -> None:
    page, file = served.page, simulated(tmp_path / "fan-DE.wav")
    served.go("/upload")
    page.click("[data-choose-files]", trial=True)
    page.select_option("select[name=position]", "acme/drive")
    page.set_input_files("input[type=file]", str(file))
    verdict = page.wait_for_selector("#coming li:has-text('fan-DE.wav') a.badge.state-plan")
    assert "uter" in verdict.inner_text()
    assert "1 in, nothing" in page.inner_text("h1")
    served.check()


def test_a_broken_off_upload_goes_on_where_it_was_and_a_refusal_says_why(served: Served, tmp_path: Path) -> None:
    page, file = served.page, tmp_path / "press2.wav"
    file.write_bytes(os.urandom(9 << 20))
    served.expected += ["Failed to load resource"]
    offsets: list[int] = []
    is_cut = [True]

    def part(route: Any) -> None:
        request = route.request
        if request.method != "PATCH":
            route.continue_()
            return
        offsets.append(int(request.headers["upload-offset"]))
        if is_cut[0] and offsets[-1] > 0:
            route.abort("connectionreset")
        else:
            route.continue_()

    page.route("**/uploads/*", part)
    served.go("/upload?position=acme/drive")
    page.set_input_files("input[type=file]", str(file))
    page.wait_for_selector("text=The connection is away")
    is_cut[0] = False
    page.reload()
    page.wait_for_selector("text=it goes on at 4.2 MB")
    begun = len(offsets)
    page.select_option("select[name=position]", "acme/drive")
    page.set_input_files("input[type=file]", str(file))
    why = page.wait_for_selector("#coming p.why")
    assert "no reader recognises its content" in why.inner_text()
    assert offsets[begun] == 4 << 20
    page.wait_for_function("document.querySelectorAll('#coming li').length === 1")
    served.check()


def test_the_palette_opens_by_its_key_and_leads_to_what_is_found(served: Served) -> None:
    page = served.page
    served.expected += ["404"]  # the page of a position may be of another checkout
    served.go("/settings/you")
    page.keyboard.press("/")
    page.wait_for_selector("dialog.palette[open] input")
    page.keyboard.type("fan free")
    page.wait_for_selector("dialog.palette a[aria-selected=true][href='/positions/acme/free']")
    page.keyboard.press("Escape")
    page.wait_for_selector("dialog.palette", state="hidden")
    page.keyboard.press("/")
    page.keyboard.type("fan drive")
    page.wait_for_selector("dialog.palette a[aria-selected=true][href='/positions/acme/drive']")
    page.keyboard.press("Enter")
    page.wait_for_url("**/positions/acme/drive")
    served.check()


def test_a_unit_is_mounted_and_removed_with_the_keyboard_on_the_tree(served: Served) -> None:
    page = served.page
    served.go("/assets")
    page.fill(".filter", "drive")
    page.wait_for_selector("#tree a:has-text('free')", state="hidden")
    page.click("#tree a:has-text('drive')")
    page.fill(".unit input[name=serial]", "L24-0311-0087")
    page.click(".unit button.primary")
    page.wait_for_selector("td:has-text('is mounted')")
    page.check(".unit input[name=reason][value=damaged]", force=True)
    page.click(".unit label:has-text('outer ring')")
    page.click(".unit button.primary")
    page.wait_for_selector("td:has-text('damaged, outer ring')")
    history = served.world.platform.read("acme", lambda work: assets.mountings_of(work, "acme", position="drive"))
    assert [(each.serial, each.removed_us is None) for each in history] == [("L24-0311-0087", False)]
    served.check()


def test_a_table_is_looked_at_before_it_is_taken_in(served: Served, tmp_path: Path) -> None:
    page = served.page
    served.go("/assets?organisation=acme")
    table = tmp_path / "assets.csv"
    table.write_text("site,site_name,time_zone\nplant,Werk Nord,Mars/Base\n")
    page.set_input_files("[data-island=table] input[type=file]", str(table))
    assert "row 2, column C (time_zone)" in page.inner_text("dialog.preview[open] .refusals")
    assert page.locator("[data-take]").count() == 0
    page.click("[data-close]")
    table.write_text("site,site_name\nplant,Werk Nord\n")
    page.set_input_files("[data-island=table] input[type=file]", str(table))
    page.click("dialog.preview[open] [data-take]")
    page.wait_for_selector("#tree >> text=Werk Nord")
    served.check()
