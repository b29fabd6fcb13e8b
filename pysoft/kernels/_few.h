/* A vector of sums, and a few products that are added to it, once for each vector unit.
 *
 * Nothing is known of the second factors beforehand. They are taken to be within limits, which are looked at on the way;
 * where one is not, the sums are made again, the careful way. Kind and count are constants.
 */

INLINE int NAME(all_safe)(words safe)
{
#if LANES == 16
    return _mm512_cmpeq_epi32_mask((__m512i)(safe & SAFE_BIT), _mm512_setzero_si512()) == 0;
#elif LANES == 8
    return (_mm256_movemask_ps((__m256)(safe << 1)) & 0xff) == 0xff;
#else
    uint32_t both = SAFE_BIT;
    for (int lane = 0; lane < LANES; lane++)
        both &= safe[lane];
    return both != 0;
#endif
}

/* The sums within the limits; zeros tells which factors may be zeros, and is a constant. *safe tells whether they were. */
INLINE floats NAME(sum_safe)(int kind, int zeros, int count, const struct operator *op, const struct NAME(first) *x,
                             const words *y, floats sum, int *safe)
{
    const words nothing = all(packed_zero(op));
    words ok = all(SAFE_BIT);
    UNROLLED for (int n = 0; n < count; n++) {
        const struct NAME(second) second = NAME(second)(kind, op, y[n]);
        const mask is = zeros == IN_BOTH ? different(x[n].word, nothing) : different(all(1), all(0));
        const mask in = at_least(y[n] & MAGNITUDE, all(op->smallest));
        sum = NAME(add)(kind, zeros != NOWHERE, op, sum, x[n], is, second, in);
        words fine = y[n] + LEAST_SAFE;
        if (zeros != NOWHERE)
            fine = put_where(in, fine, all(SAFE_BIT));
        ok &= fine;
    }
    *safe = NAME(all_safe)(ok);
    return sum;
}

static NOINLINE floats NAME(sum_any)(const struct operator *op, int count, const uint32_t *packed, const words *y, floats sum)
{
    for (int n = 0; n < count; n++) {
        const integers x = (integers)all(packed[n] - packed_zero(op)), second = (integers)y[n];
        switch (op->form) {
        case EXACT: sum += (floats)result(op, MULTIPLY, EXACT, x, second); break;
        case CONSTANT: sum += (floats)result(op, MULTIPLY, CONSTANT, x, second); break;
        case LOG: sum += (floats)result(op, MULTIPLY, LOG, x, second); break;
        default: sum += (floats)result(op, MULTIPLY, LINEAR, x, second);
        }
    }
    return sum;
}

/* Whether sums may be made the quick way, which is not masked. */
INLINE int NAME(is_quick)(int kind, enum look look)
{
    return look == QUICKLY && kind != FINITE && !clips(kind);
}

/* The sums with zeros, or whatever the numbers are. */
INLINE floats NAME(sum_slowly)(int kind, int zeros, int count, const struct operator *op, enum look look, const uint32_t *packed,
                               const struct NAME(first) *x, const words *y, floats before)
{
    floats sum = before;
    int safe = 0;
    if (look != CAREFULLY)
        sum = NAME(sum_safe)(kind, zeros, count, op, x, y, before, &safe);
    return safe ? sum : NAME(sum_any)(op, count, packed, y, before);
}
