/* Sums of products for a few rows of the first matrix, as memory brings the rows of the second one; once for each vector unit.
 *
 * Products are added to a vector of sums in groups, rows of zeros by themselves.
 */

struct NAME(group) {
    int count;
    const char *row[GROUP];   /* of the second matrix */
    uint32_t factor[GROUP];   /* of the first one, packed */
};

/* A 16-bit number as a word, from the upper half of one. */
INLINE words NAME(from_upper)(int format, words upper)
{
    if (format == BF16)
        return upper & 0xffff0000u;
    const words magnitude = upper >> 3 & 0x0fffe000u, sign = upper & (uint32_t)SIGN;
    return sign | (magnitude + put_where(at_least(magnitude, all(0x0f800000)), all(224 * HIDDEN), all(112 * HIDDEN)));
}

/* Words of LANES numbers that lie close together. */
INLINE words NAME(load)(int format, const char *from)
{
    words word;
    NAME(halves) half;
    if (format == F32) {
        memcpy(&word, from, sizeof word);
        return word;
    }
    memcpy(&half, from, sizeof half);
    return NAME(from_upper)(format, __builtin_convertvector(half, words) << 16);
}

/* Kind and format are constants, and so is count if it is GROUP. */
INLINE void NAME(group_sums)(int kind, int format, int count, const struct operator *op, const struct NAME(group) *g,
                             ptrdiff_t columns, float *restrict c)
{
    const struct NAME(group) own = *g;  /* which no store of a sum can change */
    const ptrdiff_t size = format == F32 ? 4 : 2;
    const enum look look = look_at(op, count, own.factor);
    struct NAME(first) x[GROUP];
    for (int r = 0; r < count; r++)
        x[r] = NAME(first)(kind, op, all(own.factor[r]), own.factor[r]);
    for (ptrdiff_t column = 0; column < columns; column += LANES) {
        const floats before = *(const floats *)(c + column);
        floats sum = before;
        int safe = 0;
        if (NAME(is_quick)(kind, look)) {
            words y[GROUP];
            for (int r = 0; r < count; r++)
                y[r] = NAME(load)(format, own.row[r] + column * size);
            sum = NAME(sum_safe)(kind, NOWHERE, count, op, x, y, before, &safe);
        }
        if (!safe) {
            words y[GROUP];
            FORGET;  /* or both ways share what they have in common, for which there are not enough registers */
            for (int r = 0; r < count; r++)
                y[r] = NAME(load)(format, own.row[r] + column * size);
            sum = NAME(sum_slowly)(kind, IN_SECOND, count, op, look, g->factor, x, y, before);
        }
        *(floats *)(c + column) = sum;
    }
}

#define GROUP_SUMS(kind, format)                                                                                       \
    static NOINLINE void NAME(group_##kind##_##format)(const struct operator *op, const struct NAME(group) *g,          \
                                                       ptrdiff_t columns, float *c)                                    \
    {                                                                                                                  \
        if (g->count == GROUP)                                                                                         \
            NAME(group_sums)(kind, format, GROUP, op, g, columns, c);                                                   \
        else                                                                                                           \
            NAME(group_sums)(kind, format, g->count, op, g, columns, c);                                                \
    }
#define GROUP_LOOP(kind, format) [kind][format] = NAME(group_##kind##_##format),
#define PACKED_SUMS(kind) GROUP_SUMS(kind, F32)
#define PACKED_LOOP(kind) GROUP_LOOP(kind, F32)
ROW_KINDS(PACKED_SUMS)
NARROW_KINDS(GROUP_SUMS)
static void (*const NAME(group_loops)[ANY][F16 + 1])(const struct operator *, const struct NAME(group) *, ptrdiff_t, float *) = {
    ROW_KINDS(PACKED_LOOP) NARROW_KINDS(GROUP_LOOP)};

/* A zero adds nothing, unless it meets an infinity or a NaN. */
static NOINLINE void NAME(group_zeros)(int format, const struct operator *op, const struct NAME(group) *g, ptrdiff_t columns,
                                       float *c)
{
    for (ptrdiff_t column = 0; column < columns; column += LANES) {
        words most = all(0), y[GROUP];
        for (int r = 0; r < g->count; r++) {
            y[r] = NAME(load)(format, g->row[r] + column * (format == F32 ? 4 : 2));
            most = put_where(at_least(y[r] & MAGNITUDE, most), y[r] & MAGNITUDE, most);
        }
        if (NAME(all_safe)(put_where(at_least(most, all(INFINITE)), all(0), all(SAFE_BIT))))
            continue;
        floats *const sum = (floats *)(c + column);
        *sum = NAME(sum_any)(op, g->count, g->factor, y, *sum);
    }
}

/* One row, ``columns`` a multiple of LANES: c += a b, with ``depth`` words a and rows of b ``stride`` bytes apart. */
static void NAME(row_sums)(const struct operator *op, ptrdiff_t depth, const uint32_t *a, int format, const char *b,
                           ptrdiff_t stride, ptrdiff_t columns, float *c)
{
    for (int zeros = 0; zeros < 2; zeros++) {
        struct NAME(group) g = {.count = 0};
        for (ptrdiff_t k = 0; k <= depth; k++) {
            if (k < depth && (a[k] == packed_zero(op)) == zeros) {
                g.row[g.count] = b + k * stride;
                g.factor[g.count++] = a[k];
            }
            if (g.count < GROUP && (k < depth || g.count == 0))
                continue;
            if (zeros)
                NAME(group_zeros)(format, op, &g, columns, c);
            else
                NAME(group_loops)[row_kind(op)][format](op, &g, columns, c);
            g.count = 0;
        }
    }
}

static void NAME(rows)(const struct operator *op, const struct matrix *A, const struct matrix *B, ptrdiff_t M, ptrdiff_t N,
                       ptrdiff_t K, char *C, ptrdiff_t c_row, uint32_t *scratch)
{
    uint32_t *const a = scratch, *const b = scratch + M * BLOCK_K;
    const int direct = B->column == (B->format == F32 ? 4 : 2) && !cuts_early(op);
    const ptrdiff_t step = direct ? 4 * MOST_N : FEW_COLUMNS;  /* the sums stay in the first-level cache */
    for (ptrdiff_t k0 = 0; k0 < K; k0 += BLOCK_K) {
        const ptrdiff_t depth = K - k0 < BLOCK_K ? K - k0 : BLOCK_K;
        for (ptrdiff_t m = 0; m < M; m++) {
            const char *const from = A->data + m * A->row + k0 * A->column;
            NAME(pack)(op, a + m * BLOCK_K, 1, 1, packed_zero(op), A, from, A->column, A->row, depth, 1);
        }
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
                    NAME(row_sums)(op, depth, a + m * BLOCK_K, B->format, from, B->row, whole, c);
                if (rest) {
                    float sums[FEW_COLUMNS];
                    memcpy(sums, c + whole, rest * 4);
                    memset(sums + rest, 0, (width - rest) * 4);
                    NAME(row_sums)(op, depth, a + m * BLOCK_K, F32, (const char *)b, width * 4, width, sums);
                    memcpy(c + whole, sums, rest * 4);
                }
            }
        }
    }
}
