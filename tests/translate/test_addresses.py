"""Names of models in the form in which another library finds them."""

import pytest

from adapter.translate.addresses import model_name, project_name
from adapter.translate.render import RenderError


@pytest.mark.parametrize(
    ("address", "name"),
    [
        ('"models:/shapes/3"', '"shapes:v2"'),
        ('"models:/shapes/Production"', '"shapes:Production"'),
        ('"models:/shapes@champion"', '"shapes:champion"'),
        ('"models:/shapes/latest"', '"shapes:latest"'),
        ('f"models:/{name}/{version}"', 'f"{name}:v{int(version) - 1}"'),
        ('f"models:/{name}/{entry.version}"', 'f"{name}:v{int(entry.version) - 1}"'),
        ('f"models:/{name}/{stage}"', 'f"{name}:{stage}"'),
        ('f"models:/{name}@{alias}"', 'f"{name}:{alias}"'),
        ('f"runs:/{run_id}/model"', '"model:latest"'),
    ],
)
def test_a_model_keeps_its_version(address: str, name: str) -> None:
    assert model_name(address) == name


def test_a_place_in_a_store_is_no_name() -> None:
    with pytest.raises(RenderError, match="a place where files lie"):
        model_name('"s3://bucket/model"')


@pytest.mark.parametrize(
    ("project", "name"),
    [
        ('"team/shapes"', '"shapes"'),
        ('"shapes"', '"shapes"'),
        ("'shapes'", "'shapes'"),
        ('"team/"', '"team/"'),
        ('f"team/{name}"', "name"),
        ('f"team/{name}-{size}"', 'f"{name}-{size}"'),
        ("settings.project", "settings.project"),
    ],
)
def test_a_project_has_no_team(project: str, name: str) -> None:
    assert project_name(project) == name
