"""Attack paths: how likely each asset is hit, by what ways, and what stops them."""

from .attack import Attack
from .telling import attack_paths
from .values import AssetPaths, AttackPaths, Bounds, Fall, Path, WayStep

__all__ = [
    "AssetPaths",
    "Attack",
    "AttackPaths",
    "Bounds",
    "Fall",
    "Path",
    "WayStep",
    "attack_paths",
]
