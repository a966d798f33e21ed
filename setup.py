"""What pyproject.toml cannot say: the shipped data inside the package, and the modules that are compiled."""

import os
import platform
from pathlib import Path

from setuptools import Extension, find_packages, setup

DATA = "hunter._data"
COMPILED = Path("hunter/matching/compiled")
SHARED = sorted(map(str, COMPILED.glob("*.pxd")))  # what is compiled anew when one of them changes
# What every such processor since 2009 can do.
FLAGS = ["-mpopcnt", "-msse4.1"] if platform.machine() in ("x86_64", "AMD64") and os.name == "posix" else []

setup(
    packages=[*find_packages(include=["hunter*", "spiders*"]), DATA],
    package_dir={DATA: "data"},
    package_data={"": ["**/*"]},
    exclude_package_data={"": ["*.c", "*.pxd", "*.pyx"]},
    # Without a C compiler everything works, and long lists are screened more slowly.
    ext_modules=[
        Extension(
            f"hunter.matching.compiled.{path.stem}",
            [str(path)],
            depends=SHARED,
            extra_compile_args=FLAGS,
            optional=True,
        )
        for path in sorted(COMPILED.glob("*.pyx"))
    ],
)
