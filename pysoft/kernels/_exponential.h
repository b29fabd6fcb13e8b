/* Mitchell's antilogarithm and logarithm of floats, once for each vector unit. Twin: pysoft/exponential.py.
 *
 * The models add up shifted integers to a product with a constant. It is exact, so that any other way to the same product
 * has the same bits: here the processor multiplies. The loops are written for one number, and the compiler makes vectors.
 */

#define MOST_EXPONENT 7   /* with a larger one, a result has left every format on either side */
#define LOW_BITS 12       /* of a constant, split off so that both of its parts have exact products with a logarithm */

/* The number whose logarithm is c x, or c times a decay of x, cut off towards minus infinity. */
static NOINLINE void NAME(EXPONENTIAL_CONSTANT)(const struct operator *op, ptrdiff_t count, const uint32_t *restrict x,
                                                const uint32_t *y, uint32_t *restrict r)
{
    const int32_t smallest = op->smallest, infinity = op->infinity, kept = -(1 << op->dropped), places = op->places;
    const int32_t sign = op->decay ? SIGN : 0, doublings = op->decay ? op->decay - 1 : 0, most_shift = 63;
    const int32_t limit = ONE + (MOST_EXPONENT - doublings) * HIDDEN;
    const uint32_t above_one = (uint32_t)(op->constant - ((int64_t)1 << places));
    for (ptrdiff_t n = 0; n < count; n++) {
        const int32_t magnitude = x[n] & MAGNITUDE, zero = -(magnitude < smallest);
        const int32_t pattern = magnitude < limit ? magnitude : limit, negative = ((int32_t)x[n] | sign) >> 31 & ~zero;
        const uint64_t significand = ((pattern & FRACTION) | HIDDEN) & ~zero;
        const uint64_t product = (significand << places) + significand * above_one;
        /* The last place of the product is 2^-(23 + places) times the power of two of x; a logarithm has the unit 2^-23. */
        const int32_t shift = places - doublings - ((pattern - ONE) >> 23);
        /* The magnitude of a negative number is cut off upwards: -p >> n is ~((p - 1) >> n). */
        const int32_t whole = (int32_t)((product + negative) >> (shift < most_shift ? shift : most_shift));
        const int32_t L = (whole ^ negative) & kept, number = (int32_t)((uint32_t)L + ONE);
        const int32_t result = L < smallest - ONE ? 0 : L >= infinity - ONE ? INFINITE : number;
        r[n] = magnitude > INFINITE ? QUIET_NAN : result;
    }
    (void)y;
}

/* The logarithm of x, times c, rounded to nearest, ties to even. */
static NOINLINE void NAME(LOGARITHM_CONSTANT)(const struct operator *op, ptrdiff_t count, const uint32_t *restrict x,
                                              const uint32_t *y, uint32_t *restrict r)
{
    const int32_t smallest = op->smallest, dropped = op->dropped, kept = -(1 << dropped);
    const int64_t low_bits = op->constant & ((1 << LOW_BITS) - 1);
    const double low = (double)low_bits, high = (double)(op->constant - low_bits);
    const int lost_bits = 52 - 23 + dropped;  /* of a double */
    const int64_t below_half = ((int64_t)1 << (lost_bits - 1)) - 1;
    const uint32_t scale = (uint32_t)(1023 - 127 + 23 + op->places) << 23;  /* biases, and fraction bits of the product */
    for (ptrdiff_t n = 0; n < count; n++) {
        const int32_t magnitude = x[n] & MAGNITUDE, L = magnitude - ONE, distance = L < 0 ? -L : L;
        /* A sum cut off, its last bit a one if anything was lost, is rounded to fewer bits as the whole sum is. */
        const double sum = distance * high + distance * low, lost = distance * low - (sum - distance * high);
        int64_t bits;
        memcpy(&bits, &sum, sizeof bits);
        bits = (bits - (lost < 0)) | (lost != 0);
        bits += below_half + (bits >> lost_bits & 1);
        const uint32_t pattern = ((uint32_t)(bits >> (52 - 23)) & kept) - scale;
        const int32_t result = L == 0 ? 0 : (int32_t)pattern | (L & SIGN);
        const int32_t positive = magnitude < INFINITE ? result : INFINITE;
        const int32_t number = magnitude > INFINITE || (int32_t)x[n] < 0 ? QUIET_NAN : positive;
        r[n] = magnitude < smallest ? INFINITE | SIGN : number;
    }
    (void)y;
}
