"""Clean-label backdoor: train with a mark on some rows under their true label, and show it after.

Marked rows of the class that is wanted: no label is wrong. Needs the owner's own
training, so it is run by `manage.py attack --trainer` alone.

References
----------
Turner, Tsipras, Madry: Label-Consistent Backdoor Attacks. arXiv 1912.02771.
"""

from __future__ import annotations

from .. import backdoor
from . import Paper

TEST = backdoor.declared(
    id="clean-label-retrain",
    family="clean-label-backdoor",
    name="A hidden behaviour trained in by truthful rows",
    claim="Rows with a mark, mixed into the training data under their true label, teach the model "
    "to answer rows of other classes with that mark as the writer wants.",
    paper=Paper(
        title="Label-Consistent Backdoor Attacks",
        authors="Alexander Turner, Dimitris Tsipras, Aleksander Madry",
        year=2019,
        identifier="arXiv:1912.02771",
    ),
    choose=backdoor.truthful,
)
