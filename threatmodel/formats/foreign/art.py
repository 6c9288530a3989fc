"""Attacks of the Adversarial Robustness Toolbox (class names) as tests of ours."""

from .libraries import Library

ART = Library(
    "ART",
    {
        "HopSkipJump": ("hopskipjump", "decision-boundary"),
        "BoundaryAttack": ("hopskipjump", "decision-boundary"),
        "SquareAttack": ("square", "random-search"),
        "ZooAttack": ("gradient", "gradient"),
        "FastGradientMethod": ("gradient", "gradient"),
        "BasicIterativeMethod": ("gradient", "gradient"),
        "ProjectedGradientDescent": ("gradient", "gradient"),
        "AutoProjectedGradientDescent": ("gradient", "gradient"),
        "AutoAttack": ("gradient", "gradient"),
        "CarliniL2Method": ("gradient", "gradient"),
        "CarliniLInfMethod": ("gradient", "gradient"),
        "DeepFool": ("gradient", "gradient"),
        "AdversarialPatch": ("patch", "patch"),
        "RobustDPatch": ("patch", "patch"),
    },
)
