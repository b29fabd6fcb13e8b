/* Products of floats within limits, once for each vector unit: the same bits as result() has, in fewer steps.
 *
 * What a product takes from one factor alone is worked out first. The words of the first factor are packed: short of the
 * constant that a product adds to the sum of the patterns, see packed_zero(). Those of either are flushed and, see
 * cuts_early(), cut off.
 */

/* Sums where both masks let a product through; a product that is left out counts as zero. */
#if LANES == 16
#define mask __mmask16
#define different(x, y) _mm512_cmpneq_epi32_mask((__m512i)(x), (__m512i)(y))
#define at_least(x, y) _mm512_cmpge_epi32_mask((__m512i)(x), (__m512i)(y))
#define at_least_in(m, x, y) _mm512_mask_cmpge_epi32_mask(m, (__m512i)(x), (__m512i)(y))
#define put_where(m, x, y) (words)_mm512_mask_mov_epi32((__m512i)(y), m, (__m512i)(x))
#define add_where(sum, m, n, p) \
    (floats)_mm512_mask_add_ps((__m512)(sum), m, (__m512)(sum), (__m512)_mm512_maskz_mov_epi32(n, (__m512i)(p)))
#else
#define mask integers
#define different(x, y) ((integers)(x) != (integers)(y))
#define at_least(x, y) ((integers)(x) >= (integers)(y))
#define at_least_in(m, x, y) ((m) & at_least(x, y))
#define put_where(m, x, y) (words)choose(m, (integers)(x), (integers)(y))
#define add_where(sum, m, n, p) ((sum) + (floats)((integers)(p) & (m) & (n)))
#endif

/* A row of a table; an entry is picked by the low bits of a word. */
#if LANES == 16
typedef words NAME(row);

INLINE NAME(row) NAME(load_row)(const int32_t *entries, words more)
{
    return (words)_mm512_loadu_si512(entries) + more;
}

INLINE words NAME(pick)(NAME(row) row, words place)
{
    return (words)_mm512_permutexvar_epi32((__m512i)place, (__m512i)row);
}
#elif LANES == 8
typedef struct {
    words low, high;
} NAME(row);

INLINE NAME(row) NAME(load_row)(const int32_t *entries, words more)
{
    const __m256i *halves = (const __m256i *)entries;
    return (NAME(row)){(words)_mm256_loadu_si256(halves) + more, (words)_mm256_loadu_si256(halves + 1) + more};
}

INLINE words NAME(pick)(NAME(row) row, words place)
{
    const __m256 low = (__m256)_mm256_permutevar8x32_epi32((__m256i)row.low, (__m256i)place);
    const __m256 high = (__m256)_mm256_permutevar8x32_epi32((__m256i)row.high, (__m256i)place);
    return (words)_mm256_blendv_ps(low, high, (__m256)(place << (32 - LEADING)));
}
#else
typedef struct {
    const int32_t *entries;
    words more;
} NAME(row);

INLINE NAME(row) NAME(load_row)(const int32_t *entries, words more)
{
    return (NAME(row)){entries, more};
}

INLINE words NAME(pick)(NAME(row) row, words place)
{
    return (words)NAME(look_up)(row.entries, (integers)(place & (ENTRIES - 1))) + row.more;
}
#endif

/* The sum of two numbers of equal signs, the second not above the first, cut off at the last place. */
INLINE words NAME(add_cut)(words x, words y)
{
#if LANES == 16
    return (words)_mm512_add_round_ps((__m512)x, (__m512)y, _MM_FROUND_TO_ZERO | _MM_FROUND_NO_EXC);
#else
    const floats sum = (floats)x + (floats)y, lost = (floats)y - (sum - (floats)x);
    return (words)sum + (words)((((integers)lost ^ (integers)sum) < 0) & (lost != 0));
#endif
}

/* Keep a vector in its register: SSE code runs out of them by a clever order of the additions, and what is one number in
 * all lanes would be worked out as a number and spread afterwards, which takes longer. */
#if LANES == 16
#define STAY(vector) __asm__("" : "+v"(vector))
#elif LANES == 8 || defined(__SSE2__)
#define STAY(vector) __asm__("" : "+x"(vector))
#else
#define STAY(vector) (void)0
#endif

/* What a product by a loop of this kind needs of its first factor, the same in all lanes, and of its second. */
struct NAME(first) {
    words word, pattern, magnitude, power;
    NAME(row) entries;
};
struct NAME(second) {
    words word, magnitude, power, place;
};

INLINE struct NAME(first) NAME(first)(int kind, const struct operator *op, words word, uint32_t scalar)
{
    struct NAME(first) x;
    if (kind != PLAIN)
        STAY(word);
    x.word = word;
    x.pattern = word - packed_zero(op);
    x.magnitude = (x.pattern & MAGNITUDE) + packed_zero(op) - LOWERED;
    x.power = word & ~FRACTION;
    const int place = (int)(scalar >> (23 - LEADING) & (ENTRIES - 1)) << LEADING;
    if (kind == TABLE || kind == CLIPPED_TABLE)
        x.entries = NAME(load_row)(op->table + place, word);
    if (kind == PARTS || kind == CLIPPED_PARTS)
        x.entries = NAME(load_row)(op->parts + place, x.power);
    return x;
}

INLINE struct NAME(second) NAME(second)(int kind, const struct operator *op, words word)
{
    struct NAME(second) y;
    y.word = word;
    y.magnitude = (word & MAGNITUDE) - ONE;
    y.power = (word & ~FRACTION) + (kind == PART ? op->parts[0] : 0);
    y.place = word >> (23 - LEADING);
    return y;
}

/* The product. In FLUSH, FINITE and what is clipped it may be below the smallest number, which is to be left out. */
INLINE words NAME(multiply)(int kind, const struct operator *op, struct NAME(first) x, struct NAME(second) y)
{
    const words kept = all(-(1 << op->dropped)), below_half = all((1 << op->dropped >> 1) - 1);
    if (kind == PLAIN || kind == FLUSH)
        return x.word + y.word;
    if (kind == PART)
        return NAME(add_cut)(x.word + y.word, x.power + y.power);
    if (kind == FINITE) {
        const words L = x.magnitude + y.magnitude;
        return put_where(at_least(L, all(op->infinity - ONE - LOWERED)), all(INFINITE), L + (ONE + LOWERED)) |
               ((x.pattern ^ y.word) & SIGN);
    }
    words p;
    if (kind == TABLE || kind == CLIPPED_TABLE)
        p = NAME(pick)(x.entries, y.place) + y.word;
    else if (kind == PARTS || kind == CLIPPED_PARTS)
        p = NAME(add_cut)(x.word + y.word, NAME(pick)(x.entries, y.place) + y.power) & kept;
    else {
        p = (words)((floats)x.word * (floats)y.word);
        if (kind != FLOATS)
            p = (p + below_half + (p >> op->dropped & 1)) & kept;
    }
    return clips(kind) ? put_where(at_least(p & MAGNITUDE, all(op->infinity)), (p & SIGN) | INFINITE, p) : p;
}

/* Which products of the second factor count, where ``in`` tells which ones are not of a zero. */
INLINE mask NAME(counted)(int kind, const struct operator *op, struct NAME(first) x, struct NAME(second) y, mask in, words p)
{
    if (kind == FLUSH || kind == FINITE)
        return at_least_in(in, x.magnitude + y.magnitude, all(op->smallest - ONE - LOWERED));
    if (clips(kind))
        return at_least_in(in, p & MAGNITUDE, all(op->smallest));
    return in;
}

/* Add a product unless a factor is zero; masks are those of the factors that are not. */
INLINE floats NAME(add)(int kind, int masked, const struct operator *op, floats sum, struct NAME(first) x, mask is,
                        struct NAME(second) y, mask in)
{
    const words p = NAME(multiply)(kind, op, x, y);
    if (!masked)
        return sum + (floats)p;
    return add_where(sum, is, NAME(counted)(kind, op, x, y, in, p), p);
}
