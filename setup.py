"""What pyproject.toml cannot say: the shipped data inside the package, and the modules that are compiled."""

from pathlib import Path

from setuptools import Extension, find_packages, setup

DATA = "hunter._data"
COMPILED = Path("hunter/matching/compiled")
SHARED = sorted(map(str, COMPILED.glob("*.pxd")))  # what is compiled anew when one of them changes

setup(
    packages=[*find_packages(include=["hunter*", "spiders*"]), DATA],
    package_dir={DATA: "data"},
    package_data={"": ["**/*"]},
    exclude_package_data={"": ["*.c", "*.pxd", "*.pyx"]},
    # Without a C compiler everything works, and long lists are screened more slowly.
    ext_modules=[
        Extension(f"hunter.matching.compiled.{path.stem}", [str(path)], depends=SHARED, optional=True)
        for path in sorted(COMPILED.glob("*.pyx"))
    ],
)
