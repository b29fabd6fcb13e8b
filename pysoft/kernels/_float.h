/* One operation on vectors of floats, as the models have it, once for each vector unit. Twin: pysoft/float_operation.py.
 *
 * Included with LANES and NAME defined. A condition is a vector of zeros and of -1.
 */

typedef uint32_t NAME(words) __attribute__((vector_size(4 * LANES), aligned(4 * LANES), may_alias));
typedef int32_t NAME(integers) __attribute__((vector_size(4 * LANES), aligned(4 * LANES), may_alias));
typedef float NAME(floats) __attribute__((vector_size(4 * LANES), aligned(4), may_alias));
typedef double NAME(doubles) __attribute__((vector_size(8 * LANES), aligned(8), may_alias));

typedef uint16_t NAME(halves) __attribute__((vector_size(2 * LANES)));

#define words NAME(words)
#define integers NAME(integers)
#define floats NAME(floats)
#define doubles NAME(doubles)

INLINE words NAME(all)(uint32_t value)
{
    return value - (words){0};
}
#define all NAME(all)

INLINE integers NAME(choose)(integers condition, integers yes, integers no)
{
    return (condition & yes) | (~condition & no);
}
#define choose NAME(choose)

/* Entries of a table. */
INLINE integers NAME(look_up)(const int32_t *table, integers place)
{
#if LANES == 16
    return (integers)_mm512_i32gather_epi32((__m512i)place, table, 4);
#elif LANES == 8
    return (integers)_mm256_i32gather_epi32(table, (__m256i)place, 4);
#else
    integers entries;
    for (int lane = 0; lane < LANES; lane++)
        entries[lane] = table[place[lane]];
    return entries;
#endif
}

INLINE integers NAME(leading)(integers L)
{
    return L >> (23 - LEADING) & (ENTRIES - 1);
}

INLINE integers NAME(kept)(const struct operator *op, integers L)
{
    const int32_t ones = (1 << op->cut_off) - 1;
    return op->cut_off > op->dropped ? (integers)((L & ~ones) | (ones + 1)) : L;
}

INLINE integers NAME(cut)(const struct operator *op, integers L)
{
    return L & -(1 << op->dropped);
}

/* To nearest, ties to even, in the fraction bits of the format. */
INLINE integers NAME(rounded)(const struct operator *op, integers L)
{
    const int32_t below_half = (1 << op->dropped >> 1) - 1;
    return op->dropped ? NAME(cut)(op, L + below_half + (L >> op->dropped & 1)) : L;
}

INLINE floats NAME(significand)(integers L)
{
    return (floats)((L & FRACTION) | ONE);
}

/* Entries for a pair of logarithms. */
INLINE integers NAME(entries)(const struct operator *op, int form, integers a, integers b)
{
    return form == CONSTANT ? (integers)all(op->table[0])
                            : NAME(look_up)(op->table, NAME(leading)(a) << LEADING | NAME(leading)(b));
}

/* Logarithm of a product, from those of normal numbers. Those beyond INFINITE stay there. */
INLINE integers NAME(product)(const struct operator *op, int form, integers a, integers b)
{
    const int32_t limit = INFINITE - ONE;
    if (form == EXACT)
        return NAME(rounded)(op, (integers)(NAME(significand)(a) * NAME(significand)(b)) - ONE) + (a & ~FRACTION) +
               (b & ~FRACTION);
    const integers entry = NAME(entries)(op, form, a, b), sum = NAME(kept)(op, a) + NAME(kept)(op, b);
    const integers L = choose(sum < limit, sum, (integers)all(limit));
    if (form != LINEAR)
        return L + entry;
    /* The entry is a part of 2^(k1+k2), half of that behind a carry. */
    const integers carry = (sum >> 23) - (a >> 23) - (b >> 23);
    const integers S = HIDDEN + (sum & FRACTION) + (entry >> carry), over = S >> 24;
    return NAME(cut)(op, (L & ~FRACTION) + (over << 23) + ((S >> over) & FRACTION));
}

INLINE integers NAME(quotient)(const struct operator *op, int form, integers n, integers d)
{
    if (form == EXACT)
        return NAME(rounded)(op, (integers)(NAME(significand)(n) / NAME(significand)(d)) - ONE) + (n & ~FRACTION) -
               (d & ~FRACTION);
    return n - d - NAME(entries)(op, form, n, d);
}

/* One over a root, correctly rounded as seen over all significands. */
INLINE floats NAME(root)(floats even, int inverse)
{
    floats r;
    for (int lane = 0; lane < LANES; lane++) {
        const double exact = sqrt(even[lane]);
        r[lane] = inverse ? 1 / exact : exact;
    }
    return r;
}

/* Logarithm of a power. */
INLINE integers NAME(raised)(const struct operator *op, int operation, int form, integers a)
{
    if (form == EXACT) {
        const integers k = a >> 23;
        const floats s = NAME(significand)(a);
        if (operation == SQUARE)
            return NAME(rounded)(op, (integers)(s * s) - ONE) + k * (2 * HIDDEN);
        if (operation == RECIPROCAL)
            return NAME(rounded)(op, (integers)(1 / s) - ONE) - k * HIDDEN;
        const integers half = (k >> 1) * HIDDEN;
        const floats even = (floats)((integers)s + (k & 1) * HIDDEN);
        const integers L = NAME(rounded)(op, (integers)NAME(root)(even, operation == RSQRT) - ONE);
        return operation == SQRT ? L + half : L - half;
    }
    const int32_t limit = (INFINITE - ONE) / 2;
    const integers least = choose(a < limit, a, (integers)all(limit));
    const integers power = operation == SQUARE ? (integers)(2 * least) : operation == SQRT ? a : (integers)-a;
    const integers entry = form == CONSTANT ? (integers)all(op->table[0])
                                            : NAME(look_up)(op->table, a >> (23 - LEADING) & (2 * ENTRIES - 1));
    return NAME(cut)(op, (power + entry) >> (operation == SQRT || operation == RSQRT));
}

/* Results of any patterns; b counts in MULTIPLY and DIVIDE alone. A NaN is the canonical one. */
INLINE integers NAME(result)(const struct operator *op, int operation, int form, integers a, integers b)
{
    const int binary = operation == MULTIPLY || operation == DIVIDE;
    const integers x = a & MAGNITUDE, y = b & MAGNITUDE;
    const integers x_zero = x < op->smallest, y_zero = y < op->smallest, x_infinite = x >= INFINITE, y_infinite = y >= INFINITE;
    /* What is not normal is given a logarithm too, whose result does not count. */
    const integers La = choose(x_zero | x_infinite, (integers)all(ONE), x) - ONE;
    const integers Lb = choose(y_zero | y_infinite, (integers)all(ONE), y) - ONE;
    const int inverts = operation == RECIPROCAL || operation == RSQRT;
    integers zero = inverts ? x_infinite : x_zero, infinite = inverts ? x_zero : x_infinite, nan = x > INFINITE;
    integers L, sign = a & SIGN;
    if (operation == MULTIPLY) {
        L = NAME(product)(op, form, La, Lb);
        zero |= y_zero;
        infinite |= y_infinite;
    } else if (operation == DIVIDE) {
        L = NAME(quotient)(op, form, La, Lb);
        zero |= y_infinite;
        infinite |= y_zero;
    } else
        L = NAME(raised)(op, operation, form, La);
    if (binary) {
        nan |= (y > INFINITE) | (zero & infinite);
        sign ^= b & SIGN;
    } else if (operation == SQUARE)
        sign = sign ^ sign;
    else if (operation != RECIPROCAL)
        nan |= (sign != 0) & ~x_zero;
    zero |= ~infinite & (L < op->smallest - ONE);
    infinite |= ~zero & (L >= op->infinity - ONE);
    const integers magnitude = choose(infinite, (integers)all(INFINITE), ~zero & (integers)((words)L + ONE));
    return choose(nan, (integers)all(QUIET_NAN), magnitude | sign);
}
#define result NAME(result)
