"""Attacks of Foolbox (class names) as tests of ours."""

from .libraries import Library

FOOLBOX = Library(
    "Foolbox",
    {
        "HopSkipJump": ("hopskipjump", "decision-boundary"),
        "BoundaryAttack": ("hopskipjump", "decision-boundary"),
        "PointwiseAttack": ("pointwise", "coordinate"),
        "FGSM": ("gradient", "gradient"),
        "FGM": ("gradient", "gradient"),
        "PGD": ("gradient", "gradient"),
        "LinfPGD": ("gradient", "gradient"),
        "L2PGD": ("gradient", "gradient"),
        "LinfFastGradientAttack": ("gradient", "gradient"),
        "L2FastGradientAttack": ("gradient", "gradient"),
        "LinfProjectedGradientDescentAttack": ("gradient", "gradient"),
        "L2ProjectedGradientDescentAttack": ("gradient", "gradient"),
        "LinfBasicIterativeAttack": ("gradient", "gradient"),
        "L2BasicIterativeAttack": ("gradient", "gradient"),
        "L2CarliniWagnerAttack": ("gradient", "gradient"),
        "L2DeepFoolAttack": ("gradient", "gradient"),
        "LinfDeepFoolAttack": ("gradient", "gradient"),
    },
)
