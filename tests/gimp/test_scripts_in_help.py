"""The page of help: the names of arguments and the examples of code, in real GIMP."""

from __future__ import annotations

import re
from html import unescape

import pytest

from tests.gimp.gimps import Gimp, Worker
from tests.gimp.test_german import PROCEDURES
from tests.test_help import FOLDER, page

pytestmark = pytest.mark.gimp

ENGLISH = (FOLDER / "en.html").read_text(encoding="utf-8")


def examples(language: str) -> list[str]:
    """Return the pieces of code on the page of help."""
    found = re.findall(rf'<pre><code class="{language}">(.*?)</code></pre>', ENGLISH, re.DOTALL)
    return [unescape(code) for code in found]


def test_the_page_of_help_names_every_argument_and_result(inside: Worker) -> None:
    names = inside.run(f"""
result = []
for name in {PROCEDURES!r}:
    procedure = Gimp.get_pdb().lookup_procedure(name)
    specs = [*procedure.get_arguments(), *procedure.get_return_values()]
    result += [name, *(spec.get_name() for spec in specs)]
""")
    assert {*names} <= {*page(FOLDER / "en.html").all("code")}


def test_the_examples_of_python_fu_work(gimp: Gimp, inside: Worker) -> None:
    first, second, third, fourth, fifth = examples("python")
    photo = str(gimp.folder / "astronaut.png")
    made = inside.run(f"""
image = load({photo!r})
layer = image.get_layers()[0]
{first}
{second}
{third}
{fourth}
{fifth}
layers = [child.get_name() for child in group.get_children()]
result = [look(palette)["colors"], recolored.get_name(), len(image.get_layers()), layers,
          changed.get_name(), look(imported)["colors"]]
""")
    assert len(made[0]) == 5
    assert made[1].endswith("in 5 colors")
    assert made[2] == 4
    assert made[4].endswith(" with changed colors")
    assert made[5] == made[0]
    assert {name[:7] for name in made[3]} == {*made[0]}


def test_the_examples_of_script_fu_work(gimp: Gimp) -> None:
    first, second, third, fourth = examples("scheme")
    photo = gimp.folder / "astronaut.png"
    done = gimp.scheme(f"""
        (let* ((image (car (gimp-file-load RUN-NONINTERACTIVE "{photo}")))
               (layer (vector-ref (car (gimp-image-get-layers image)) 0)))
          {first}
          {second}
          {third}
          {fourth}
          (gimp-message (string-append "the layers are "
            (number->string (vector-length (car (gimp-image-get-layers image)))) ", the channels "
            (number->string (vector-length (car (gimp-image-get-channels image)))))))
    """)
    assert done.returncode == 0, done.stderr
    assert "the layers are 3, the channels 5" in done.stderr + done.stdout
