"""Makes the lists of color names from the packages that README.md names.

Usage: python palette_engine/data/make.py FOLDER
"""

from __future__ import annotations

import ast
import csv
import re
import sys
import tarfile
import zipfile
from collections.abc import Mapping
from pathlib import Path

DATA = Path(__file__).parent

SECOND_NAMES = re.compile("grey|^aqua$|^fuchsia$")
"""Of two CSS names of one color, these are left out in favor of gray, cyan and magenta."""

UNFIT = {
    "css": "",
    "xkcd": """
        baby poo; baby poop; baby poop green; baby puke green; baby shit brown; baby shit green;
        barf green; bile; booger; booger green; diarrhea; piss yellow; poo; poo brown; poop;
        poop brown; poop green; puke; puke brown; puke green; puke yellow; shit; shit brown;
        shit green; snot; snot green; vomit; vomit green; vomit yellow
    """,
    "meodai": """
        Aphrodisiac; Assassin; Assassin’s Red; Ayahuasca Vine; Badass Grass; Black Power;
        Blasphemous Blue; Blood of My Enemies; Bloodlust; Bloodshed; Bloodsport; Bloodthirsty;
        Bloodthirsty Beige; Bloodthirsty Lips; Blue Overdose; Buddha’s Love Handles; Buried Lust;
        Busty Blue; Castro; Che Guevara Red; Cheesus; Chocolate Lust; Communist; Crusade King;
        Fatty Fuchsia; Feminism; Getting Wet; Go to Hell Black; Harem Silk; Hindu Lotus; Indica;
        Islamic Green; Kinky Pinky; Lick and Kiss; Lolita; Love Juice; Lunatic Lynx; Lust;
        Lustful Wishes; Lusty Lavender; Lusty Lips; Lusty Lizard; Maniac Green; Methadone;
        Murderous Magenta; Naked Noodle; Naughty Hottie; Nipple; Opium; Pink Supremecy;
        Plantation; Promiscuous Pink; Prophet Violet; Purple Climax; Purple Seduction; Queer Blue;
        Red Menace; Shrine of Pleasures; Silk Dessou; Sinsemilla; Skinny Dippin’; Slime Girl;
        Socialist; Soviet Gold; Succubus; Technolust; Vampiric Bloodlust; White Mecca
    """,
}
"""Names that are unsuitable in schools and offices, separated by semicolons.

See docs/decisions.md#second-choice-names.
"""


def dict_in(source: str, name: str) -> dict[str, str]:
    """Return the first dict literal that is assigned to a name in Python source."""
    for node in ast.parse(source).body:
        if (
            isinstance(node, ast.Assign)
            and isinstance(node.value, ast.Dict)
            and isinstance(node.targets[0], ast.Name)
            and node.targets[0].id == name
        ):
            values: dict[str, str] = ast.literal_eval(node.value)
            return values
    raise LookupError(f"The source assigns no dict to {name}; use another version.")


def text_in(package: tarfile.TarFile, path: str) -> str:
    """Return the content of a text file in a package."""
    file = package.extractfile(path)
    if file is None:
        raise LookupError(f"{path} is not a file.")
    return file.read().decode()


def write(name: str, colors: Mapping[str, str]) -> None:
    """Write names and their ``#rrggbb`` as a list sorted by color, without those in `UNFIT`.

    Raises `ValueError` if a name in `UNFIT` is not among them.
    """
    unfit = {*" ".join(UNFIT[name].split()).split("; ")} - {""}
    if unknown := unfit - colors.keys():
        raise ValueError(f"These are not in the list {name}: {', '.join(sorted(unknown))}.")
    rows = sorted((code[1:].lower(), label) for label, code in colors.items())
    lines = [f"{code}\t{label}\n" for code, label in rows if label not in unfit]
    (DATA / f"{name}.txt").write_text("".join(lines), encoding="utf-8", newline="\n")


def main(folder: Path) -> None:
    """Make every list from the packages in a folder."""
    with zipfile.ZipFile(next(folder.glob("matplotlib-*.whl"))) as wheel:
        source = wheel.read("matplotlib/_color_data.py").decode()
    css = dict_in(source, "CSS4_COLORS")
    write("css", {name: css[name] for name in css if not SECOND_NAMES.search(name)})
    write("xkcd", dict_in(source, "XKCD_COLORS"))

    with tarfile.open(next(folder.glob("color-name-list-*.tgz"))) as package:
        rows = csv.DictReader(text_in(package, "package/dist/colornames.bestof.csv").splitlines())
        write("meodai", {row["name"]: row["hex"] for row in rows})
        license_text = text_in(package, "package/LICENSE")
        (DATA / "LICENSE.meodai.txt").write_text(license_text, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
