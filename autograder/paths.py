"""Paths of the kit's files: the root, and files that more than one module uses."""

from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
"""The folder that holds our packages: a checkout, or a folder of installed packages."""

PUBLIC_KEY = ROOT / "tests" / "public" / "cases.json"
"""The public key, in the checkout and in what is uploaded to a platform."""

BONUS_KEY = PUBLIC_KEY.with_name("bonus.json")
"""The public key of the bonus."""

PAGE_FOLDERS = tuple(ROOT / "autograder" / "reports" / name for name in ("templates", "static"))
"""The folders of the templates, style sheets and scripts for staff's pages."""
