/* Results of whole rows: the first operand stands still. What depends on one operand alone comes in arrays. */
#include "_base.h"

/* ---- results of the logarithmic datapath, one row: first operand fixed ---- */

enum { EXACT_ADDER, LOW_ONES, LOW_OR };
enum { UNCORRECTED, LOG_DOMAIN, LINEAR_DOMAIN, SPLIT };

struct scheme {
    int64_t bias, cap, shift, low_bits, adder, correction, entries, index_shift;
    double half, end;  /* of the range of the result, for a correction that would leave it */
};

INLINE void logarithmic_row(const int adder, const int correction, const struct scheme *s, int64_t La, double power_a,
                            const void *entries, const int64_t *Lb, const double *power_b, const int32_t *index,
                            Py_ssize_t n, double *results)
{
    const int64_t *integers = entries;
    const double *numbers = entries;
    const int64_t m = s->low_bits, ones = ((int64_t)1 << m) - 1, bias = s->bias, cap = s->cap, shift = s->shift;
    const double half = s->half, end = s->end;
    const uint64_t index_shift = (uint64_t)s->index_shift, last = (uint64_t)s->entries - 1;

#pragma omp simd
    for (Py_ssize_t j = 0; j < n; j++) {
        int64_t L;
        if (adder == EXACT_ADDER) {
            L = La + Lb[j];
        } else {
            int64_t carry = (int64_t)((uint64_t)(La & Lb[j]) >> (m - 1)) & 1;
            int64_t low = adder == LOW_ONES ? ones : (La | Lb[j]) & ones;
            L = ((La & ~ones) + (Lb[j] & ~ones) + (carry << m)) | low;
        }
        if (correction == LOG_DOMAIN) {
            L += integers[index[j]];
            L = L < cap ? L : cap;
        }
        const uint64_t pattern = (uint64_t)(L + bias) << shift;
        double value = from_bits(pattern);
        if (correction == LINEAR_DOMAIN) {
            double corrected = value + numbers[index[j]] * (power_a * power_b[j]);
            value = ((value >= half) & (corrected >= end)) ? value : corrected;
        }
        if (correction == SPLIT)
            value += numbers[pattern >> index_shift & last] * from_bits(pattern & EXPONENT);
        results[j] = floored(value);
    }
}

INLINE void logarithmic_any(const struct scheme *s, Py_ssize_t rows, Py_ssize_t n, const int64_t *La,
                            const double *power_a, const int32_t *row, const double *table, const int64_t *Lb,
                            const double *power_b, const int32_t *column, double *results)
{
#define ROW(adder, correction) \
    logarithmic_row(adder, correction, s, La[i], power_a[i], table + row[i] * s->entries, Lb, power_b, column, n, \
                    results + i * n)
    for (Py_ssize_t i = 0; i < rows; i++) {
        if (s->adder == LOW_ONES)
            ROW(LOW_ONES, UNCORRECTED);
        else if (s->adder == LOW_OR)
            ROW(LOW_OR, UNCORRECTED);
        else if (s->correction == LOG_DOMAIN)
            ROW(EXACT_ADDER, LOG_DOMAIN);
        else if (s->correction == LINEAR_DOMAIN)
            ROW(EXACT_ADDER, LINEAR_DOMAIN);
        else if (s->correction == SPLIT)
            ROW(EXACT_ADDER, SPLIT);
        else
            ROW(EXACT_ADDER, UNCORRECTED);
    }
#undef ROW
}

/* ---- floor of a sum of products u(a) v(b), every term and the sum exact in a double ---- */

INLINE void bilinear_any(Py_ssize_t terms, Py_ssize_t rows, Py_ssize_t n, const double *u, const double *v,
                         double *results)
{
    for (Py_ssize_t i = 0; i < rows; i++, u += terms, results += n) {
        const double u0 = u[0], u1 = terms > 1 ? u[1] : 0, u2 = terms > 2 ? u[2] : 0;
        const double *v1 = terms > 1 ? v + n : v, *v2 = terms > 2 ? v + 2 * n : v;
#pragma omp simd
        for (Py_ssize_t j = 0; j < n; j++)
            results[j] = floored(u0 * v[j] + u1 * v1[j] + u2 * v2[j]);
    }
}

/* ---- floor of a quotient, times a power of two ---- */

INLINE void quotient_any(Py_ssize_t rows, Py_ssize_t n, const double *u, const double *power_u, const double *v,
                         const double *power_v, double *results)
{
    for (Py_ssize_t i = 0; i < rows; i++, results += n) {
        const double dividend = u[i], power = power_u[i];
#pragma omp simd
        for (Py_ssize_t j = 0; j < n; j++)
            results[j] = floored(power * power_v[j] * floored(dividend / v[j]));
    }
}
