"""Lists the packages: those of the engine, and the GIMP plug-in, whose folder is outside of it."""

from setuptools import find_packages, setup

PLUGIN = "palette_engine.gimp.plugin"  # setup.cfg says which folder this is

setup(
    packages=[
        *find_packages(include=["palette_engine*"]),
        PLUGIN,
        *(f"{PLUGIN}.{name}" for name in find_packages("gimp_plugin/extract-palette")),
    ]
)
