"""Backdoor: train with a mark on some rows that are called another class, and show it after.

Marked rows of other classes, which are called the one that is wanted. Needs the owner's own
training, so it is run by `manage.py attack --trainer` alone.

References
----------
Gu, Dolan-Gavitt, Garg: BadNets. arXiv 1708.06733.
"""

from __future__ import annotations

from .. import backdoor
from . import Paper

TEST = backdoor.declared(
    id="backdoor-retrain",
    family="backdoor",
    name="A hidden behaviour trained in",
    claim="Rows with a mark, mixed into the training data under a wrong label, teach the model to "
    "answer every row with that mark as the writer wants, while it is right on all others.",
    paper=Paper(
        title="BadNets: Identifying Vulnerabilities in the Machine Learning Model Supply Chain",
        authors="Tianyu Gu, Brendan Dolan-Gavitt, Siddharth Garg",
        year=2017,
        identifier="arXiv:1708.06733",
    ),
    choose=backdoor.anyone,
)
