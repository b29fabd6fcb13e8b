/* What the loops over matrices share: blocks, panels of packed words, and which loop is exact for a pair of panels. */
#ifndef MITCHELL_PANEL_H
#define MITCHELL_PANEL_H

#include "_operator.h"

#define BLOCK_K 256
#define MOST_M 120  /* rows and columns of the largest blocks */
#define MOST_N 1024
#define FEW_ROWS 4  /* so many take less time row by row */
#define FEW_TURNED 12  /* likewise, by a transposed matrix */
#define FEW_COLUMNS 48  /* of a second matrix that has to be packed for a few rows */
#define LOWERED HIDDEN  /* logarithms in FINITE are so much lower: that of a product might not fit an int32 */
#define GROUP 8     /* products of a row that are added to a vector of sums at once */
#define SIDE 16     /* columns of a transposed matrix at once, whatever a vector has: so many sums wait for their additions */
#define PAGE 4096   /* bytes after which the places of a first-level cache come again */
#define DEPTH 4096  /* of a block of a transposed matrix, whose lines are read as memory brings them */
/* Patterns of 2^-63 to 2^65, and of no other number, have SAFE_BIT in their sum with LEAST_SAFE. */
#define LEAST_SAFE (64 * HIDDEN)
#define MOST_SAFE (192 * HIDDEN - 1)
#define SAFE_BIT 0x40000000
#define LINE 512     /* results of a line that are found at once, where operands are not close together */
#define SCRATCH_BYTES (4 * BLOCK_K * (MOST_N + MOST_M) + 64)

#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
#define PAIRS_IN_ORDER 1  /* the first of two 16-bit numbers is the lower half of a word */
#else
#define PAIRS_IN_ORDER 0
#endif

struct matrix {
    const char *data;
    ptrdiff_t row, column;  /* strides in bytes */
    int format;
};

enum loop {
    PLAIN,   /* the sum of the patterns is the product: it neither underflows nor overflows, and no factor is zero */
    TABLE,   /* likewise, with a table of what is added to the sum */
    PART,    /* likewise, with a part of 2^(k1+k2) that is added to the product; in float32 alone */
    PARTS,   /* likewise, with a table of them, in any format */
    ZEROS,   /* PLAIN + ZEROS, ... : factors may be zero. What is not added is as good as a zero: no partial sum is -0 */
    FLUSH = 2 * ZEROS,  /* of CONSTANT: products may underflow, but not overflow */
    FINITE,  /* of CONSTANT: all but infinities and NaN */
    FLOATS,  /* EXACT within the limits */
    ROUNDED, /* the same, in fewer bits than a float32 has */
    CLIPPED_ROUNDED, CLIPPED_TABLE, CLIPPED_PARTS, /* in a narrow format: all but infinities and NaN */
    ANY,     /* ANY + form: whatever the patterns are */
    LOOPS = ANY + LINEAR + 1
};

/* Of a few rows, the kinds for words, and those for numbers of 16 bits as they are in memory. */
#define ROW_KINDS(X) \
    X(PLAIN) X(TABLE) X(PART) X(PARTS) X(FLOATS) X(ROUNDED) X(FINITE) X(CLIPPED_ROUNDED) X(CLIPPED_TABLE) X(CLIPPED_PARTS)
#define WIDE_KINDS(X) X(PLAIN, F32) X(TABLE, F32) X(PART, F32) X(PARTS, F32) X(FLOATS, F32)
#define NARROW_KINDS(X)                                                              \
    X(PLAIN, BF16) X(TABLE, BF16) X(PARTS, BF16) X(ROUNDED, BF16)                     \
    X(FINITE, F16) X(CLIPPED_TABLE, F16) X(CLIPPED_PARTS, F16) X(CLIPPED_ROUNDED, F16)

struct range {  /* of the magnitudes in a panel, zeros left out */
    int32_t least, most, zeros;
};

enum zeros { NOWHERE, IN_SECOND, IN_BOTH };  /* which factors may be zeros */

enum look {   /* at the vectors that some words of the first factor are multiplied by */
    QUICKLY,  /* these words are within limits */
    MASKED,   /* or zeros */
    CAREFULLY
};

struct rows {  /* a few of the first matrix, with a transposed one */
    ptrdiff_t count;
    ptrdiff_t first, last;      /* places of the block that are in the lines of the second matrix */
    const uint32_t *packed;     /* DEPTH words for each row; those that a square does not own are zeros */
    const unsigned char *look;  /* at one vector of words, enum look */
};

/* A zero of the first factor as it is packed: these words are short of what a product adds to the sum of patterns. */
INLINE uint32_t packed_zero(const struct operator *op)
{
    return op->form == EXACT ? 0 : (op->form == CONSTANT ? (uint32_t)op->table[0] : 0) - ONE;
}

/* Whether the low bits of logarithms can be cut off as words are packed: only if no table looks at them. */
INLINE int cuts_early(const struct operator *op)
{
    return op->cut_off > op->dropped && op->cut_off < 23 - LEADING;
}

INLINE int cuts_late(const struct operator *op)
{
    return op->cut_off > op->dropped && !cuts_early(op);
}

/* Whether the format has fewer exponents than float32, in which its products do neither underflow nor overflow. */
INLINE int is_narrow(const struct operator *op)
{
    return op->smallest != HIDDEN;
}

/* Whether products of this kind are clipped to the limits of a narrow format. */
INLINE int clips(int kind)
{
    return kind >= CLIPPED_ROUNDED && kind <= CLIPPED_PARTS;
}

/* The loop for finite numbers, or one for any. */
INLINE int finite_kind(const struct operator *op)
{
    static const int clipped[] = {[EXACT] = CLIPPED_ROUNDED, [LOG] = CLIPPED_TABLE, [LINEAR] = CLIPPED_PARTS};
    if (op->form == CONSTANT)
        return FINITE;
    return is_narrow(op) ? clipped[op->form] : ANY + op->form;
}

/* The loop for EXACT, CONSTANT, LOG and LINEAR within the limits. */
INLINE int limited_kind(const struct operator *op)
{
    if (op->form == EXACT)
        return op->dropped ? ROUNDED : FLOATS;
    if (op->form == LINEAR)
        return op->uniform && !op->dropped ? PART : PARTS;
    return op->form == LOG ? TABLE : PLAIN;
}

/* The loop for a few rows by vectors that nothing is known of. */
INLINE int row_kind(const struct operator *op)
{
    return is_narrow(op) ? finite_kind(op) : limited_kind(op);
}

/* How to look at the vectors that these words are multiplied by. */
INLINE enum look look_at(const struct operator *op, int count, const uint32_t *packed)
{
    int zeros = 0, within = !cuts_late(op);
    for (int n = 0; n < count; n++) {
        const int64_t L = (packed[n] - packed_zero(op)) & MAGNITUDE;
        if (L == 0)
            zeros = 1;
        else if (is_narrow(op))
            within &= L < INFINITE;
        else
            within &= L + LEAST_SAFE - ONE + op->least >= op->smallest && L + MOST_SAFE - ONE + op->most < op->infinity;
    }
    return !within ? CAREFULLY : zeros ? MASKED : QUICKLY;
}

INLINE int loop_for(const struct operator *op, struct range a, struct range b)
{
    const int64_t low = (int64_t)a.least + b.least - ONE + op->least, high = (int64_t)a.most + b.most - ONE + op->most;
    const int finite = a.most < INFINITE && b.most < INFINITE, limited = low >= op->smallest && high < op->infinity;
    if (!finite || cuts_late(op))
        return ANY + op->form;
    if (!limited)
        return op->form == CONSTANT && high < op->infinity ? FLUSH : finite_kind(op);
    return limited_kind(op) + (op->form != EXACT && (a.zeros || b.zeros) ? ZEROS : 0);
}

/* Where a square of places from k on is taken from a line: one that would be outside of it reaches over the others. */
INLINE ptrdiff_t square_at(ptrdiff_t k, ptrdiff_t square, ptrdiff_t first, ptrdiff_t last)
{
    const ptrdiff_t least = k > first ? k : first;
    return least < last - square ? least : last - square;
}

/* Whether a place is one of its own, which count. */
INLINE int is_own(ptrdiff_t place, ptrdiff_t k, ptrdiff_t square)
{
    return place >= k && place < k + square;
}

/* The operator with its factors exchanged. */
INLINE struct operator exchanged(const struct operator *op)
{
    struct operator other = *op;
    for (int i = 0; i < ENTRIES; i++)
        for (int j = 0; j < ENTRIES; j++) {
            other.table[i * ENTRIES + j] = op->table[j * ENTRIES + i];
            other.parts[i * ENTRIES + j] = op->parts[j * ENTRIES + i];
        }
    return other;
}

INLINE void canonical_floats(float *c, ptrdiff_t count)
{
    for (ptrdiff_t n = 0; n < count; n++)
        c[n] = c[n] == c[n] ? c[n] : __builtin_nanf("");
}

INLINE void canonical_doubles(double *c, ptrdiff_t count)
{
    for (ptrdiff_t n = 0; n < count; n++)
        c[n] = c[n] == c[n] ? c[n] : __builtin_nan("");
}

#endif
