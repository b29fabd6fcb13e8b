"""Handwritten digits, 8 x 8 pixels: the 1797 that scikit-learn brings along, of which a third is held out."""

from dataclasses import dataclass

import numpy as np

__all__ = ["DigitImages", "digit_images"]

_HELD_OUT = 3  # of so many images of a digit


@dataclass(frozen=True, eq=False)
class DigitImages:
    """Images and the digits on them.

    Parameters
    ----------
    training, test : numpy.ndarray of float32, shapes [1201, 8, 8] and [596, 8, 8]
        Rows of pixels from 0 to 1, in sixteenths.
    training_digits, test_digits : numpy.ndarray of int64, shapes [1201] and [596]
    """

    training: np.ndarray
    training_digits: np.ndarray
    test: np.ndarray
    test_digits: np.ndarray


def digit_images() -> DigitImages:
    """The images, of which every third one of each digit is held out.

    Raises
    ------
    ModuleNotFoundError
        If scikit-learn (the extra ``models``) is not installed.

    References
    ----------
    E. Alpaydin and C. Kaynak, "Optical recognition of handwritten digits", UCI Machine Learning Repository, 1998: the
    test part of it.

    Examples
    --------
    >>> images = digit_images()
    >>> images.training.shape, images.test.shape, float(images.test.max())
    ((1201, 8, 8), (596, 8, 8), 1.0)
    """
    from sklearn.datasets import load_digits

    pixels, digits = load_digits(return_X_y=True)
    images = np.ldexp(pixels.reshape(-1, 8, 8).astype(np.float32), -4)  # [n, 64] of 0 .. 16 -> [n, 8, 8] of 0 .. 1
    held_out = np.zeros(len(digits), np.bool_)
    for digit in range(10):
        held_out[np.flatnonzero(digits == digit)[_HELD_OUT - 1 :: _HELD_OUT]] = True
    return DigitImages(images[~held_out], digits[~held_out], images[held_out], digits[held_out])
