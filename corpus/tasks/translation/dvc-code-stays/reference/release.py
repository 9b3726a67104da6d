"""Make a release of the code: nothing here is data."""

import git


def release(version):
    repo = git.Repo(".", search_parent_directories=True)
    with open("version.py", "w") as file:
        file.write(f'VERSION = "{version}"\n')
    repo.index.add(["version.py", "CHANGELOG.md"])
    repo.index.commit(f"Release {version}")
    repo.create_tag(version)
    if repo.is_dirty():
        raise SystemExit("something was left out of the release")
    return [tag.name for tag in repo.tags]
