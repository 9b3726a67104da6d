"""Everything that has to do with versions."""

import os

import dvc.repo
import git


def open_dvc(root):
    """Open DVC in a git working tree, set up on first use; git stages what DVC adds."""
    if not os.path.isdir(os.path.join(root, ".dvc")):
        dvc.repo.Repo.init(root)
    return dvc.repo.Repo(root, config={"core": {"autostage": True}})


def open_repo(folder="."):
    try:
        return git.Repo(folder)
    except git.InvalidGitRepositoryError:
        return git.Repo.init(folder)


def save(repo, paths, message):
    """Take the files into a new version, and give its hash."""
    repo.git.rm("-rq", "--cached", "--ignore-unmatch", *paths)
    open_dvc(repo.working_dir).add(
        [os.path.join(repo.working_dir, path) for path in paths],
    )
    return repo.index.commit(message).hexsha


def restore(repo, revision):
    repo.git.checkout(revision)
    open_dvc(repo.working_dir).checkout()
