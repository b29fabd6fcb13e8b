/* Sums of products for a few rows of the first matrix, once for each vector unit, as memory brings the second one.
 *
 * Nothing is known of the second matrix beforehand. A vector of sums is made GROUP products at a time as if all factors were
 * within limits, which are looked at on the way; where one is not, the vector is made again, the careful way.
 */

/* Patterns of 2^-63 to 2^65, and of no other number, have SAFE_BIT in their sum with LEAST_SAFE. */
#define LEAST_SAFE (64 * HIDDEN)
#define MOST_SAFE (192 * HIDDEN - 1)
#define SAFE_BIT 0x40000000

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

struct NAME(group) {
    int count, safe, zeros;       /* rows; whether the first factors are within limits, and whether they are zeros */
    const uint32_t *row[GROUP];   /* of the second matrix */
    uint32_t factor[GROUP];       /* of the first one, packed */
};

INLINE words NAME(load)(const uint32_t *from)
{
    words word;
    memcpy(&word, from, sizeof word);
    return word;
}

/* Sums of a vector within the limits; count and masked are constants. *safe tells whether it was. */
INLINE floats NAME(sum_safe)(int kind, int masked, int count, const struct operator *op, const struct NAME(group) *g,
                             const struct NAME(first) *x, ptrdiff_t column, floats sum, int *safe)
{
    words ok = all(SAFE_BIT);
    const mask is = different(all(1), all(0));
    for (int r = 0; r < count; r++) {
        const struct NAME(second) y = NAME(second)(kind, op, NAME(load)(g->row[r] + column));
        const words magnitude = y.word & MAGNITUDE;
        const mask in = at_least(magnitude, all(op->smallest));
        sum = NAME(add)(kind, masked, op, sum, x[r], is, y, in);
        words fine = y.word + LEAST_SAFE;
        if (masked)
            fine = put_where(in, fine, all(SAFE_BIT));
        ok &= fine;
    }
    *safe = NAME(all_safe)(ok);
    return sum;
}

static NOINLINE floats NAME(sum_any)(const struct operator *op, const struct NAME(group) *g, ptrdiff_t column, floats sum)
{
    for (int r = 0; r < g->count; r++) {
        const integers x = (integers)all(g->factor[r] - packed_zero(op)), y = (integers)NAME(load)(g->row[r] + column);
        switch (op->form) {
        case EXACT: sum += (floats)result(op, MULTIPLY, EXACT, x, y); break;
        case CONSTANT: sum += (floats)result(op, MULTIPLY, CONSTANT, x, y); break;
        case LOG: sum += (floats)result(op, MULTIPLY, LOG, x, y); break;
        default: sum += (floats)result(op, MULTIPLY, LINEAR, x, y);
        }
    }
    return sum;
}

INLINE void NAME(group_sums)(int kind, int count, const struct operator *op, const struct NAME(group) *g, ptrdiff_t columns,
                             float *restrict c)
{
    const struct NAME(group) own = *g;  /* which no store of a sum can change */
    struct NAME(first) x[GROUP];
    for (int r = 0; r < count; r++)
        x[r] = NAME(first)(kind, op, all(g->factor[r]), g->factor[r]);
    for (ptrdiff_t column = 0; column < columns; column += LANES) {
        const floats before = *(const floats *)(c + column);
        floats sum = before;
        int safe = 0;
        if (g->safe && kind != FINITE && !clips(kind))
            sum = NAME(sum_safe)(kind, 0, count, op, &own, x, column, before, &safe);
        if (g->safe && !safe)
            sum = NAME(sum_safe)(kind, 1, count, op, &own, x, column, before, &safe);
        *(floats *)(c + column) = safe ? sum : NAME(sum_any)(op, g, column, before);
    }
}

#define GROUP_INSTANCE(kind)                                                                                               \
    static NOINLINE void NAME(group_##kind)(const struct operator *op, const struct NAME(group) *g, ptrdiff_t columns,       \
                                            float *c)                                                                       \
    {                                                                                                                       \
        if (g->count == GROUP)                                                                                               \
            NAME(group_sums)(kind, GROUP, op, g, columns, c);                                                                \
        else                                                                                                                \
            NAME(group_sums)(kind, g->count, op, g, columns, c);                                                             \
    }
GROUP_INSTANCE(PLAIN)
GROUP_INSTANCE(TABLE)
GROUP_INSTANCE(PART)
GROUP_INSTANCE(PARTS)
GROUP_INSTANCE(FINITE)
GROUP_INSTANCE(CLIPPED_ROUNDED)
GROUP_INSTANCE(CLIPPED_TABLE)
GROUP_INSTANCE(CLIPPED_PARTS)
GROUP_INSTANCE(FLOATS)
GROUP_INSTANCE(ROUNDED)

/* A zero adds nothing, unless it meets an infinity or a NaN. */
static NOINLINE void NAME(group_zeros)(const struct operator *op, const struct NAME(group) *g, ptrdiff_t columns, float *c)
{
    for (ptrdiff_t column = 0; column < columns; column += LANES) {
        words most = all(0);
        for (int r = 0; r < g->count; r++) {
            const words magnitude = NAME(load)(g->row[r] + column) & MAGNITUDE;
            most = put_where(at_least(magnitude, most), magnitude, most);
        }
        if (NAME(all_safe)(put_where(at_least(most, all(INFINITE)), all(0), all(SAFE_BIT))))
            continue;
        floats *const sum = (floats *)(c + column);
        *sum = NAME(sum_any)(op, g, column, *sum);
    }
}

static void NAME(add_group)(int kind, const struct operator *op, struct NAME(group) *g, ptrdiff_t columns, float *c)
{
    switch (g->zeros ? ANY : kind) {
    case PLAIN: NAME(group_PLAIN)(op, g, columns, c); break;
    case TABLE: NAME(group_TABLE)(op, g, columns, c); break;
    case PART: NAME(group_PART)(op, g, columns, c); break;
    case PARTS: NAME(group_PARTS)(op, g, columns, c); break;
    case FINITE: NAME(group_FINITE)(op, g, columns, c); break;
    case CLIPPED_ROUNDED: NAME(group_CLIPPED_ROUNDED)(op, g, columns, c); break;
    case CLIPPED_TABLE: NAME(group_CLIPPED_TABLE)(op, g, columns, c); break;
    case CLIPPED_PARTS: NAME(group_CLIPPED_PARTS)(op, g, columns, c); break;
    case FLOATS: NAME(group_FLOATS)(op, g, columns, c); break;
    case ROUNDED: NAME(group_ROUNDED)(op, g, columns, c); break;
    default: NAME(group_zeros)(op, g, columns, c);
    }
    g->count = 0;
    g->safe = 1;
}

/* One row, ``columns`` a multiple of LANES: c += a b, with ``depth`` words a and rows of b ``stride`` words apart. */
static void NAME(row_sums)(const struct operator *op, ptrdiff_t depth, const uint32_t *a, const uint32_t *b, ptrdiff_t stride,
                           ptrdiff_t columns, float *c)
{
    const int narrow = is_narrow(op), kind = narrow ? finite_kind(op) : limited_kind(op);
    for (int zeros = 0; zeros < 2; zeros++) {
        struct NAME(group) g = {.safe = 1, .zeros = zeros};
        for (ptrdiff_t k = 0; k < depth; k++) {
            const int64_t L = a[k] & MAGNITUDE;
            if ((L == 0) != zeros)
                continue;
            if (narrow)
                g.safe &= L < INFINITE && !cuts_late(op);
            else
                g.safe &= !cuts_late(op) && L + LEAST_SAFE - ONE + op->least >= op->smallest &&
                          L + MOST_SAFE - ONE + op->most < op->infinity;
            g.row[g.count] = b + k * stride;
            g.factor[g.count++] = a[k] + packed_zero(op);
            if (g.count == GROUP)
                NAME(add_group)(kind, op, &g, columns, c);
        }
        if (g.count)
            NAME(add_group)(kind, op, &g, columns, c);
    }
}

static void NAME(rows)(const struct operator *op, const struct matrix *A, const struct matrix *B, ptrdiff_t M, ptrdiff_t N,
                       ptrdiff_t K, char *C, ptrdiff_t c_row, uint32_t *scratch)
{
    uint32_t *const a = scratch, *const b = scratch + FEW_ROWS * BLOCK_K;
    const int direct = B->format == F32 && B->column == 4 && B->row % 4 == 0 && !cuts_early(op);
    const ptrdiff_t step = direct ? 4 * MOST_N : FEW_COLUMNS;  /* the sums stay in the first-level cache */
    for (ptrdiff_t k0 = 0; k0 < K; k0 += BLOCK_K) {
        const ptrdiff_t depth = K - k0 < BLOCK_K ? K - k0 : BLOCK_K;
        for (ptrdiff_t m = 0; m < M; m++)
            NAME(pack)(op, a + m * BLOCK_K, 1, 1, 0, A, A->data + m * A->row + k0 * A->column, A->column, A->row, depth, 1);
        for (ptrdiff_t n0 = 0; n0 < N; n0 += step) {
            const ptrdiff_t columns = N - n0 < step ? N - n0 : step, whole = direct ? columns / LANES * LANES : 0;
            const ptrdiff_t rest = columns - whole, width = (rest + LANES - 1) / LANES * LANES;
            const char *const from = B->data + k0 * B->row + n0 * B->column, *const last = from + whole * B->column;
            if (rest && cuts_early(op))
                NAME(pack)(op, b, width, 1, 0, B, last, B->row, B->column, depth, rest);
            else if (rest)
                NAME(collect)(B, b, width, last, B->row, B->column, depth, rest);
            for (ptrdiff_t m = 0; m < M; m++) {
                float *const c = (float *)(C + m * c_row) + n0;
                if (whole)
                    NAME(row_sums)(op, depth, a + m * BLOCK_K, (const uint32_t *)from, B->row / 4, whole, c);
                if (rest) {
                    float sums[FEW_COLUMNS];
                    memcpy(sums, c + whole, rest * 4);
                    memset(sums + rest, 0, (width - rest) * 4);
                    NAME(row_sums)(op, depth, a + m * BLOCK_K, b, width, width, sums);
                    memcpy(c + whole, sums, rest * 4);
                }
            }
        }
    }
}

/* All of it. NaN is the canonical one. */
static void NAME(matmul)(const struct operator *op, const struct matrix *A, const struct matrix *B, ptrdiff_t M, ptrdiff_t N,
                         ptrdiff_t K, int wide, char *C, ptrdiff_t c_row, uint32_t *scratch)
{
    for (ptrdiff_t i = 0; i < M; i++)
        memset(C + i * c_row, 0, N * (wide ? 8 : 4));
    if (!wide && N == 1 && c_row == 4) {
        const struct operator swapped = exchanged(op);
        const struct matrix first = {B->data, B->column, B->row, B->format}, second = {A->data, A->column, A->row, A->format};
        NAME(rows)(&swapped, &first, &second, 1, M, K, C, 0, scratch);
    } else if (!wide && M <= FEW_ROWS)
        NAME(rows)(op, A, B, M, N, K, C, c_row, scratch);
    else
        NAME(blocks)(op, A, B, M, N, K, wide, C, c_row, scratch);
    for (ptrdiff_t i = 0; i < M; i++)
        if (wide)
            canonical_doubles((double *)(C + i * c_row), N);
        else
            canonical_floats((float *)(C + i * c_row), N);
}
