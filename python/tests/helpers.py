"""What tests of several files make."""

from gradus import MLPClassifier


def quick(**parameters):
    """Return a small classifier that is trained for a moment."""
    return MLPClassifier((16,), max_iter=40, random_state=3, **parameters)
