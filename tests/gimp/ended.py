"""A procedure that is ended in the middle of its work, as by GIMP's own way to cancel it."""

from __future__ import annotations

import os
import signal
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from tests.gimp.dialogs import engines, plug_ins
from tests.gimp.gimps import Gimp, Worker
from tests.gimp.screen import wait_for

__all__ = ["ended"]

LARGE = """
image = Gimp.Image.new(9000, 6000, Gimp.ImageBaseType.RGB)
layer = Gimp.Layer.new(image, "large", 9000, 6000, Gimp.ImageType.RGB_IMAGE, 100,
                       Gimp.LayerMode.NORMAL)
image.insert_layer(layer, None, 0)
image.clean_all()
images = len(Gimp.get_images())
said = CALL
result = [isinstance(said, str), layers(image), image.is_dirty(), len(Gimp.get_images()) - images]
image.delete()
"""


def ended(gimp: Gimp, inside: Worker, before: str, call: str) -> Any:
    """Return what is left of a call for a large layer that is ended, once all processes are gone.

    That is whether it gave a sentence, the layers, whether the image is dirty, and how many images
    are new.
    """
    wait_for(lambda: not plug_ins(gimp))  # that of the test before
    with ThreadPoolExecutor(1) as pool:
        outcome = pool.submit(inside.run, before + LARGE.replace("CALL", call))
        (process,) = wait_for(lambda: plug_ins(gimp))
        wait_for(lambda: engines(gimp))
        time.sleep(1)
        os.kill(process, signal.SIGTERM)
        left = outcome.result()
    wait_for(lambda: not (plug_ins(gimp) or engines(gimp)))
    return left
