"""source: dependency manifests, in which one distribution takes the place of another, or stands beside it."""

from __future__ import annotations

from adapter.source.manifests.files import is_manifest, manifest_entries, plan_manifest
from adapter.source.manifests.request import Request
from adapter.source.manifests.shell import rewrite_install_command

__all__ = ["Request", "is_manifest", "manifest_entries", "plan_manifest", "rewrite_install_command"]
