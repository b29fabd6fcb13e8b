/* Results of whole arrays, once for each vector unit. */

/* Four vectors at once where all operands and results are well within the limits; 0 if they are not. */
INLINE int NAME(four_safe)(int operation, int form, const struct operator *op, const uint32_t *x, const uint32_t *y, uint32_t *r)
{
    const words shift = all(operation == MULTIPLY ? op->table[0] - ONE : ONE - op->table[0]);
    words safe = all(SAFE_BIT), results[4];
    UNROLLED for (int v = 0; v < 4; v++) {
        words a = NAME(load)(F32, (const char *)(x + v * LANES)), b = NAME(load)(F32, (const char *)(y + v * LANES)), p;
        STAY(a);  /* or they are loaded twice, which takes long where a vector is in two lines of the cache */
        STAY(b);
        if (form == CONSTANT)
            p = operation == MULTIPLY ? a + (b + shift) : a - (b - shift);
        else
            p = (words)(operation == MULTIPLY ? (floats)a * (floats)b : (floats)a / (floats)b);
        /* The exponent of the result has not left its place, as those of the operands are in the middle half. */
        safe &= (a + LEAST_SAFE) & (b + LEAST_SAFE) & (p + LEAST_SAFE);
        results[v] = p;
    }
    if (!NAME(all_safe)(safe))
        return 0;
    UNROLLED for (int v = 0; v < 4; v++) memcpy(r + v * LANES, results + v, sizeof results[v]);
    return 1;
}

INLINE void NAME(apply)(int operation, int form, const struct operator *op, ptrdiff_t count, const uint32_t *x,
                        const uint32_t *y, uint32_t *r)
{
    const int binary = operation == MULTIPLY || operation == DIVIDE;
    const int quick = binary && (form == CONSTANT || form == EXACT) && !op->dropped && op->cut_off == 0;
    for (ptrdiff_t n = 0; n < count;) {
        if (quick && n + 4 * LANES <= count && NAME(four_safe)(operation, form, op, x + n, y + n, r + n)) {
            n += 4 * LANES;
            continue;
        }
        for (int v = 0; v < 4 && n < count; v++) {
            const ptrdiff_t lanes = count - n < LANES ? count - n : LANES;
            words a = all(0), b = all(0);
            memcpy(&a, x + n, lanes * 4);
            if (binary)
                memcpy(&b, y + n, lanes * 4);
            const words p = (words)result(op, operation, form, (integers)a, (integers)b);
            memcpy(r + n, &p, lanes * 4);
            n += lanes;
        }
    }
}

#define APPLY(operation, form)                                                                                               \
    static NOINLINE void NAME(operation##_##form)(const struct operator *op, ptrdiff_t count, const uint32_t *x,              \
                                                  const uint32_t *y, uint32_t *r)                                            \
    {                                                                                                                        \
        NAME(apply)(operation, form, op, count, x, y, r);                                                                     \
    }
#define APPLY_ALL(operation) APPLY(operation, EXACT) APPLY(operation, CONSTANT) APPLY(operation, LOG)
#define NAMES(operation) \
    [operation] = {[EXACT] = NAME(operation##_EXACT), [CONSTANT] = NAME(operation##_CONSTANT), [LOG] = NAME(operation##_LOG)}
APPLY_ALL(MULTIPLY)
APPLY(MULTIPLY, LINEAR)
APPLY_ALL(DIVIDE)
APPLY_ALL(SQUARE)
APPLY_ALL(RECIPROCAL)
APPLY_ALL(SQRT)
APPLY_ALL(RSQRT)
static void (*const NAME(operations)[LOGARITHM + 1][LINEAR + 1])(const struct operator *, ptrdiff_t, const uint32_t *,
                                                             const uint32_t *, uint32_t *) = {
    NAMES(MULTIPLY), NAMES(DIVIDE), NAMES(SQUARE), NAMES(RECIPROCAL), NAMES(SQRT), NAMES(RSQRT),
    [MULTIPLY][LINEAR] = NAME(MULTIPLY_LINEAR),
    [EXPONENTIAL][CONSTANT] = NAME(EXPONENTIAL_CONSTANT), [LOGARITHM][CONSTANT] = NAME(LOGARITHM_CONSTANT)};

/* A line of results: operands of a format at any distance, results close together. */
static void NAME(line)(const struct operator *op, int format, ptrdiff_t count, const char *a, ptrdiff_t a_step, const char *b,
                       ptrdiff_t b_step, char *r)
{
    const ptrdiff_t size = format == F32 ? 4 : 2;
    const int binary = op->operation == MULTIPLY || op->operation == DIVIDE;
    uint32_t x[LINE], y[LINE], z[LINE];
    for (ptrdiff_t n = 0; n < count; n += LINE) {
        const ptrdiff_t some = count - n < LINE ? count - n : LINE;
        const uint32_t *first = x, *second = y;
        if (format == F32 && a_step == size)
            first = (const uint32_t *)(a + n * size);
        else if (n == 0 || a_step)
            widen_line(format, x, a + n * a_step, a_step, some);
        if (binary && format == F32 && b_step == size)
            second = (const uint32_t *)(b + n * size);
        else if (binary && (n == 0 || b_step))
            widen_line(format, y, b + n * b_step, b_step, some);
        uint32_t *const to = format == F32 ? (uint32_t *)(r + n * size) : z;
        NAME(operations)[op->operation][op->form](op, some, first, second, to);
        if (format != F32)
            narrow_line(format, r + n * size, z, some);
    }
}
