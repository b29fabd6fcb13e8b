/* The errors of given results, summed up: the twin of pysoft/errors/tally.py, bit for bit.
 *
 * The sums are of multiples of one quantum and stay below 2^53 of it: no addition rounds, and their order, which
 * "omp simd" leaves to the compiler, does not matter.
 */
#include "_base.h"

#define BLOCK 1024  /* columns at a time: what a block needs stays in the first cache */

#define TIERS 5

enum {  /* columns of the output, as ROW_FIELDS of pysoft/errors/tally.py */
    WRONG, ERROR_HIGH, ERROR_LOW, ERROR_SQUARE_HIGH, ERROR_SQUARE_LOW, RELATIVE_HIGH, RELATIVE_LOW, BELOW_HIGH,
    BELOW_LOW, RELATIVE_SQUARE_HIGH, RELATIVE_SQUARE_LOW, LOWEST, HIGHEST, RELATIVE_LOWEST, RELATIVE_HIGHEST, SHORTFALL,
    ERROR_TIER, RELATIVE_TIER, FIELDS
};

struct grid {  /* x + magic - magic is x rounded to a multiple of the quantum */
    double high, low, square_high, square_low;
};

struct tiers {  /* as Tiers of pysoft/errors/tally.py: limits of all tiers but the last, then their grids */
    double limits[TIERS - 1];
    struct grid grids[TIERS];
};

struct limits {  /* as Limits of pysoft/errors/tally.py */
    double clamp, lower, bin_low, bin_high;
};

struct bins {
    int64_t first, count, shift;
    int64_t *counts;
};

INLINE void block(const int division, const struct grid *error_grid, const struct grid *relative_grid,
                  const struct limits *c, const struct bins *b, double a, const double *B,
                  const double *inverse, const double *results, Py_ssize_t n, double *out, int32_t *bin)
{
    double wrong = 0, error_high = 0, error_low = 0, square_high = 0, square_low = 0, relative_high = 0, relative_low = 0;
    double below_high = 0, below_low = 0, relative_square_high = 0, relative_square_low = 0;
    double lowest = out[LOWEST], highest = out[HIGHEST], relative_lowest = out[RELATIVE_LOWEST];
    double relative_highest = out[RELATIVE_HIGHEST], shortfall = out[SHORTFALL];
    const struct grid E = *error_grid, R = *relative_grid;
    const struct limits C = *c;
    const int64_t first = b->first, count = b->count, shift = b->shift;

#pragma omp simd reduction(+ : wrong, error_high, error_low, square_high, square_low, relative_high, relative_low, \
                               below_high, below_low, relative_square_high, relative_square_low)              \
    reduction(min : lowest, relative_lowest) reduction(max : highest, relative_highest, shortfall)
    for (Py_ssize_t j = 0; j < n; j++) {
        double result = results[j] < C.clamp ? results[j] : C.clamp;
        double exact, error, ratio;  /* in units of the last place */
        if (division) {
            error = result * B[j] - a;
            ratio = error / a;
            error = error / B[j];
            exact = a * inverse[j];
        } else {
            exact = a * B[j];
            error = result - exact;
            ratio = error / exact;
        }
        double missing = C.lower * exact - error;
        shortfall = missing > shortfall ? missing : shortfall;
        lowest = error < lowest ? error : lowest;
        highest = error > highest ? error : highest;
        relative_lowest = ratio < relative_lowest ? ratio : relative_lowest;
        relative_highest = ratio > relative_highest ? ratio : relative_highest;
        wrong += error != 0 ? 1.0 : 0.0;

        double magnitude = from_bits(to_bits(error) & INT64_MAX), square = error * error;
        double high = (magnitude + E.high) - E.high;
        error_high += high;
        error_low += ((magnitude - high) + E.low) - E.low;
        high = (square + E.square_high) - E.square_high;
        square_high += high;
        square_low += ((square - high) + E.square_low) - E.square_low;

        square = ratio * ratio;
        high = (ratio + R.high) - R.high;
        double low = ((ratio - high) + R.low) - R.low;
        relative_high += high;
        relative_low += low;
        below_high += ratio < 0 ? high : 0.0;
        below_low += ratio < 0 ? low : 0.0;
        high = (square + R.square_high) - R.square_high;
        relative_square_high += high;
        relative_square_low += ((square - high) + R.square_low) - R.square_low;

        uint64_t bits = to_bits(ratio);
        double clipped = from_bits(bits & INT64_MAX);
        clipped = clipped < C.bin_low ? C.bin_low : clipped;
        clipped = clipped > C.bin_high ? C.bin_high : clipped;
        int64_t place = (int64_t)(to_bits(clipped) >> shift) - first;
        bin[j] = (int32_t)(place + (ratio < 0 ? count : 0));
    }
    out[WRONG] += wrong;
    out[ERROR_HIGH] += error_high;
    out[ERROR_LOW] += error_low;
    out[ERROR_SQUARE_HIGH] += square_high;
    out[ERROR_SQUARE_LOW] += square_low;
    out[RELATIVE_HIGH] += relative_high;
    out[RELATIVE_LOW] += relative_low;
    out[BELOW_HIGH] += below_high;
    out[BELOW_LOW] += below_low;
    out[RELATIVE_SQUARE_HIGH] += relative_square_high;
    out[RELATIVE_SQUARE_LOW] += relative_square_low;
    out[LOWEST] = lowest;
    out[HIGHEST] = highest;
    out[RELATIVE_LOWEST] = relative_lowest;
    out[RELATIVE_HIGHEST] = relative_highest;
    out[SHORTFALL] = shortfall;
}

INLINE int tier_of(double low, double high, const struct tiers *t)
{
    int tier = 0;
    for (int i = 0; i < TIERS - 1; i++)
        tier += -low >= t->limits[i] || high >= t->limits[i];
    return tier;
}

INLINE void tally_any(int division, const struct tiers *errors, const struct tiers *relatives, const struct limits *c,
                      const struct bins *b, Py_ssize_t rows, Py_ssize_t n, const double *A, const double *B,
                      const double *inverse, const double *results, double *out)
{
    int32_t bin[BLOCK];
    int tier = TIERS - 1, relative_tier = 2;  /* a guess, and then that of the row before */
    for (Py_ssize_t i = 0; i < rows; i++, out += FIELDS, results += n) {
        for (int again = 0, first = 1; first || again; first = 0) {
            const struct grid *error_grid = errors->grids + tier, *relative_grid = relatives->grids + relative_tier;
            memset(out, 0, FIELDS * sizeof *out);
            out[LOWEST] = out[RELATIVE_LOWEST] = DBL_MAX;
            out[HIGHEST] = out[RELATIVE_HIGHEST] = out[SHORTFALL] = -DBL_MAX;
            for (Py_ssize_t j = 0; j < n; j += BLOCK) {
                Py_ssize_t size = n - j < BLOCK ? n - j : BLOCK;
                if (division)
                    block(1, error_grid, relative_grid, c, b, A[i], B + j, inverse + j, results + j, size, out, bin);
                else
                    block(0, error_grid, relative_grid, c, b, A[i], B + j, inverse + j, results + j, size, out, bin);
                if (!first)
                    continue;
                /* Neighbours often share a bin, and would wait for each other: take four distant ones in turns. */
                Py_ssize_t quarter = size / 4;
                for (Py_ssize_t k = 0; k < quarter; k++) {
                    b->counts[bin[k]]++;
                    b->counts[bin[k + quarter]]++;
                    b->counts[bin[k + 2 * quarter]]++;
                    b->counts[bin[k + 3 * quarter]]++;
                }
                for (Py_ssize_t k = 4 * quarter; k < size; k++)
                    b->counts[bin[k]]++;
            }
            out[ERROR_TIER] = tier_of(out[LOWEST], out[HIGHEST], errors);
            out[RELATIVE_TIER] = tier_of(out[RELATIVE_LOWEST], out[RELATIVE_HIGHEST], relatives);
            again = first && out[WRONG] && (out[ERROR_TIER] != tier || out[RELATIVE_TIER] != relative_tier);
            tier = (int)out[ERROR_TIER];
            relative_tier = (int)out[RELATIVE_TIER];
        }
    }
}
