"""Fonts: the list that Matplotlib keeps of them, handed to each program so that none builds it again."""

from __future__ import annotations

import shutil
from functools import cache
from pathlib import Path


def with_fonts(folder: Path) -> dict[str, str]:
    """A folder of Matplotlib's own with its list of fonts, which takes seconds to build.

    Returns:
        the variable of the environment that names the folder; nothing without Matplotlib.
    """
    fonts = _font_list()
    if fonts is None:
        return {}
    folder.mkdir(exist_ok=True)
    if not (folder / fonts.name).exists():
        shutil.copyfile(fonts, folder / fonts.name)
    return {"MPLCONFIGDIR": str(folder)}


@cache
def _font_list() -> Path | None:
    """The list of fonts that Matplotlib keeps for this user; built where there is none yet."""
    try:
        import matplotlib
        from matplotlib import font_manager
    except ImportError:
        return None
    found = Path(matplotlib.get_cachedir()) / f"fontlist-v{font_manager.FontManager.__version__}.json"
    return found if found.exists() else None
