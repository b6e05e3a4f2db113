"""What goes wrong outside of the plug-in, at GIMP's side: one sentence, and nothing half made."""

from __future__ import annotations

import json
import shutil

import pytest

from tests.gimp.gimps import INSIDE, Gimp

pytestmark = pytest.mark.gimp


FULL = """
exec(open(INSIDE).read())
import resource
image = load(PHOTO)
names = [palette.get_name() for palette in Gimp.palettes_get_list("")]
outcome = open(OUTCOME, "w")
# No process can make a file longer any more, as on a full disk: GIMP, this and the plug-in.
for number in (os.getppid(), os.getpid()):
    resource.prlimit(number, resource.RLIMIT_FSIZE, (0, resource.RLIM_INFINITY))
made = extract(image, colors=3)
for number in (os.getppid(), os.getpid()):
    resource.prlimit(number, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY,) * 2)
after = [palette.get_name() for palette in Gimp.palettes_get_list("")]
again = extract(image, colors=3)
json.dump([made, names == after, again], outcome)
outcome.close()
"""


def test_on_a_full_disk_there_is_a_sentence_and_no_empty_file(gimp: Gimp) -> None:
    profile = gimp.folder / "full"
    shutil.copytree(gimp.profile, profile, ignore=shutil.ignore_patterns("palettes"))
    job, outcome, inside = (gimp.folder / name for name in ("full.py", "full.json", "inside.py"))
    shutil.copy(INSIDE, inside)
    words = {"INSIDE": inside, "PHOTO": gimp.folder / "astronaut.png", "OUTCOME": outcome}
    code = FULL
    for word, path in words.items():
        code = code.replace(word, repr(str(path)))
    job.write_text(code)
    gimp.call(
        *("env", "--ignore-signal=XFSZ", "gimp-console", "--no-interface", "--quit"),
        *("--batch-interpreter=python-fu-eval", "-b", f"exec(open({str(job)!r}).read())"),
        env={"GIMP3_DIRECTORY": str(profile)},
        check=False,
    )
    made, same, again = json.loads(outcome.read_text())
    assert made["status"] == "execution"
    assert made["error"].startswith("The palette cannot be saved in")
    assert "Make room there, then try again." in made["error"]
    assert same
    files = {path.name: path.stat().st_size for path in (profile / "palettes").iterdir()}
    assert again["status"] == "success"
    assert len(files) == 1
    assert all(files.values())
