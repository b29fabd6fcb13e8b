/* One operator on floats, as Python hands it over; see floats.py.
 *
 * Numbers of every format up to float32 are held as patterns of float32. Below the sign a pattern is the Mitchell
 * logarithm of its number, unit 2^-23, plus the bias; a logarithm here is without that bias.
 */
#ifndef MITCHELL_OPERATOR_H
#define MITCHELL_OPERATOR_H

#include <stddef.h>

#include "_base.h"

#define MAGNITUDE 0x7fffffff
#define SIGN (-0x7fffffff - 1)
#define ONE 0x3f800000       /* the bias of a pattern */
#define INFINITE 0x7f800000
#define QUIET_NAN 0x7fc00000
#define FRACTION 0x007fffff
#define HIDDEN 0x00800000    /* the unit of an exponent, and the smallest normal pattern */
#define LEADING 4            /* leading bits of a fraction that select an entry */
#define ENTRIES (1 << LEADING)
#define LEAST_PLACES 17      /* fraction bits of a constant: one more than the width of a format */
#define MOST_PLACES 33

enum operation { MULTIPLY, DIVIDE, SQUARE, RECIPROCAL, SQRT, RSQRT, EXPONENTIAL, LOGARITHM };

enum form {
    EXACT,     /* correctly rounded */
    CONSTANT,  /* all entries are equal; the form of EXPONENTIAL and LOGARITHM, which take their own constant */
    LOG,       /* the entry is added to the logarithm (taken from it in DIVIDE) */
    LINEAR     /* it is added to the product over 2^(k1+k2) */
};

struct operator {
    int32_t operation;
    int32_t form;
    int32_t smallest;  /* pattern of the smallest normal number of the format */
    int32_t infinity;  /* first pattern beyond its largest number */
    int32_t dropped;   /* low bits that a pattern of the format lacks */
    int32_t cut_off;   /* low bits of a logarithm that are not kept: zeros, below a one if there are more than dropped */
    int32_t uniform;   /* LINEAR: whether all entries are equal */
    int32_t least, most;  /* limits of what a product adds to the sum of the logarithms */
    int32_t table[ENTRIES * ENTRIES];  /* unit 2^-23, by the leading bits of both fractions, or parity and fraction */
    int32_t parts[ENTRIES * ENTRIES];  /* LINEAR: logarithms of the entries as floats; of none that of what is lost */
    int64_t constant;  /* EXPONENTIAL: from 1 to 2, what is above 1 in 32 bits; LOGARITHM: from 1/2 to 1 */
    int32_t places;    /* fraction bits of it */
    int32_t decay;     /* EXPONENTIAL: 0 of x, n of -2^(n - 1) |x| */
};

enum format { F32, BF16, F16 };
enum activation { SIGMOID, TANH };

/* The pattern as one of float32; of a subnormal number it does not matter as long as it is below the smallest normal. */
INLINE uint32_t widened(int format, const char *from)
{
    if (format == F32) {
        uint32_t word;
        memcpy(&word, from, 4);
        return word;
    }
    uint16_t half;
    memcpy(&half, from, 2);
    if (format == BF16)
        return (uint32_t)half << 16;
    const uint32_t magnitude = (uint32_t)(half & 0x7fff) << 13, sign = (uint32_t)(half & 0x8000) << 16;
    return sign | (magnitude + (magnitude >= 0x0f800000 ? 224u : 112u) * HIDDEN);
}

/* The number of a format that the pattern of one of its numbers stands for. */
INLINE uint16_t narrowed(int format, uint32_t word)
{
    const uint32_t magnitude = word & MAGNITUDE, sign = word >> 16 & 0x8000;
    if (format == BF16)
        return (uint16_t)(word >> 16);
    if (magnitude == 0)
        return (uint16_t)sign;
    return (uint16_t)(sign | (magnitude - (magnitude >= INFINITE ? 224u : 112u) * HIDDEN) >> 13);
}

INLINE void widen_any(int format, uint32_t *restrict to, const char *restrict from, ptrdiff_t step, ptrdiff_t count)
{
    for (ptrdiff_t n = 0; n < count; n++)
        to[n] = widened(format, from + n * step);
}

INLINE void widen_format(int format, uint32_t *restrict to, const char *restrict from, ptrdiff_t step, ptrdiff_t count)
{
    const ptrdiff_t size = format == F32 ? 4 : 2;
    if (step == size)
        widen_any(format, to, from, size, count);
    else if (step == 0)
        widen_any(format, to, from, 0, count);
    else
        widen_any(format, to, from, step, count);
}

/* Words of a line; loops for what is constant in them. */
INLINE void widen_line(int format, uint32_t *restrict to, const char *restrict from, ptrdiff_t step, ptrdiff_t count)
{
    switch (format) {
    case F32: widen_format(F32, to, from, step, count); break;
    case BF16: widen_format(BF16, to, from, step, count); break;
    default: widen_format(F16, to, from, step, count);
    }
}

INLINE void narrow_line(int format, char *restrict to, const uint32_t *restrict from, ptrdiff_t count)
{
    for (ptrdiff_t n = 0; n < count; n++) {
        const uint16_t half = format == BF16 ? narrowed(BF16, from[n]) : narrowed(F16, from[n]);
        memcpy(to + 2 * n, &half, 2);
    }
}

#endif
