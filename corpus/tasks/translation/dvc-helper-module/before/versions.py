"""Everything that has to do with versions."""

import git


def open_repo(folder="."):
    try:
        return git.Repo(folder)
    except git.InvalidGitRepositoryError:
        return git.Repo.init(folder)


def save(repo, paths, message):
    """Take the files into a new version, and give its hash."""
    repo.index.add(paths)
    return repo.index.commit(message).hexsha


def restore(repo, revision):
    repo.git.checkout(revision)
