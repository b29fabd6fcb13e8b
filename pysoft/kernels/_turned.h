/* Sums of products for a few rows, where the columns of the second matrix are close together in memory, not its rows; once
 * for each vector unit. This is a row by a transposed matrix, and a matrix by a column.
 *
 * A square of LANES words of LANES columns is turned in registers, so that every vector has the same place of all columns.
 */

#if LANES == 16
#define UNPACK(half, x, y) (words)_mm512_unpack##half((__m512i)(x), (__m512i)(y))
#define EVEN(x, y) (words)_mm512_shuffle_i32x4((__m512i)(x), (__m512i)(y), 0x88)  /* quarters 0 and 2 of both */
#define ODD(x, y) (words)_mm512_shuffle_i32x4((__m512i)(x), (__m512i)(y), 0xdd)
#elif LANES == 8
#define UNPACK(half, x, y) (words)_mm256_unpack##half((__m256i)(x), (__m256i)(y))
#define EVEN(x, y) (words)_mm256_permute2x128_si256((__m256i)(x), (__m256i)(y), 0x20)
#define ODD(x, y) (words)_mm256_permute2x128_si256((__m256i)(x), (__m256i)(y), 0x31)
#else
#define UNPACK(half, x, y) (words)_mm_unpack##half((__m128i)(x), (__m128i)(y))
#endif

/* Words of LANES lines, ``across`` bytes apart: x[k] has word k of all of them. */
INLINE void NAME(turn)(words *x, const char *from, ptrdiff_t across)
{
    words line[LANES];
    UNROLLED for (int n = 0; n < LANES; n++) {
        memcpy(line + n, from + n * across, sizeof *line);
        STAY(line[n]);  /* or they are loaded twice */
    }
#if LANES == 4 && !defined(HAS_LEVELS)
    for (int n = 0; n < LANES; n++)
        for (int k = 0; k < LANES; k++)
            x[k][n] = line[n][k];
#else
    /* In each quarter of four lines, four words: quarter q of x[n + k] has words 4 q + k of lines n to n + 3. */
    UNROLLED for (int n = 0; n < LANES; n += 4) {
        const words a = UNPACK(lo_epi32, line[n], line[n + 1]), b = UNPACK(hi_epi32, line[n], line[n + 1]);
        const words c = UNPACK(lo_epi32, line[n + 2], line[n + 3]), d = UNPACK(hi_epi32, line[n + 2], line[n + 3]);
        x[n] = UNPACK(lo_epi64, a, c);
        x[n + 1] = UNPACK(hi_epi64, a, c);
        x[n + 2] = UNPACK(lo_epi64, b, d);
        x[n + 3] = UNPACK(hi_epi64, b, d);
    }
#if LANES > 4
    /* Quarters side by side. */
    UNROLLED for (int k = 0; k < 4; k++) {
        const words a = EVEN(x[k], x[k + 4]), b = ODD(x[k], x[k + 4]);
#if LANES == 16
        const words c = EVEN(x[k + 8], x[k + 12]), d = ODD(x[k + 8], x[k + 12]);
        x[k] = EVEN(a, c);
        x[k + 4] = EVEN(b, d);
        x[k + 8] = ODD(a, c);
        x[k + 12] = ODD(b, d);
#else
        x[k] = a;
        x[k + 4] = b;
#endif
    }
#endif
#endif
}

/* The slow way by itself, so that the quick one has all registers. */
#define TURNED_SLOWLY(kind)                                                                                             \
    static NOINLINE floats NAME(slowly_##kind)(const struct operator *op, enum look look, const uint32_t *packed,       \
                                               const words *y, floats before)                                           \
    {                                                                                                                   \
        struct NAME(first) x[LANES];                                                                                    \
        UNROLLED for (int n = 0; n < LANES; n++) x[n] = NAME(first)(kind, op, all(packed[n]), packed[n]);                \
        return NAME(sum_slowly)(kind, IN_BOTH, LANES, op, look, packed, x, y, before);                                            \
    }
#define TURNED_CASE(kind) case kind: return NAME(slowly_##kind)(op, look, packed, copy, before);
ROW_KINDS(TURNED_SLOWLY)

/* A vector of sums of a row, and LANES products; kind is a constant. */
INLINE floats NAME(turned_sum)(int kind, const struct operator *op, enum look look, const uint32_t *packed, const words *y,
                               floats before)
{
    words copy[LANES];  /* so that they may stay in registers elsewhere */
    int safe = 0;
    if (NAME(is_quick)(kind, look)) {
        struct NAME(first) x[LANES];
        UNROLLED for (int n = 0; n < LANES; n++) x[n] = NAME(first)(kind, op, all(packed[n]), packed[n]);
        const floats sum = NAME(sum_safe)(kind, NOWHERE, LANES, op, x, y, before, &safe);
        if (safe)
            return sum;
    }
    for (int n = 0; n < LANES; n++)
        copy[n] = y[n];
    switch (kind) {
        ROW_KINDS(TURNED_CASE)
    }
    return before;
}

/* Sums of SIDE columns; kind and format are constants, and so is count if it is 1. */
INLINE void NAME(turned_sums)(int kind, int format, ptrdiff_t count, const struct operator *op, const struct rows *rows,
                              const char *from, ptrdiff_t across, char *c, ptrdiff_t c_row)
{
    const int size = format == F32 ? 4 : 2, square = 4 / size * LANES;  /* places: one of pairs has twice as many */
    const struct rows a = *rows;  /* which no store of a sum can change */
    for (ptrdiff_t k = 0; k < a.last; k += square) {
        const ptrdiff_t place = square_at(k, square, a.first, a.last);
        for (int column = 0; column < SIDE; column += LANES) {
            words x[LANES], y[LANES];
            NAME(turn)(x, from + column * across + place * size, across);
            for (int part = 0; part < square; part += LANES) {
                UNROLLED for (int n = 0; n < LANES; n++)
                    y[n] = format == F32 ? x[n] : NAME(from_upper)(format, x[(part + n) / 2] << (n % 2 ? 0 : 16));
                for (int n = 0; n < LANES && place != k; n++)
                    y[n] &= all(-is_own(place + part + n, k, square));
                for (ptrdiff_t i = 0; i < count; i++) {
                    const size_t first = i * DEPTH + k + part;
                    floats *const sum = (floats *)(c + i * c_row + 4 * column);
                    *sum = NAME(turned_sum)(kind, op, a.look[first / LANES], a.packed + first, y, *sum);
                }
            }
        }
    }
}

#define TURNED_SUMS(kind, format)                                                                                       \
    static NOINLINE void NAME(turned_##kind##_##format)(const struct operator *op, const struct rows *a, const char *from,   \
                                                        ptrdiff_t across, char *c, ptrdiff_t c_row)                         \
    {                                                                                                                       \
        if (a->count == 1)                                                                                                  \
            NAME(turned_sums)(kind, format, 1, op, a, from, across, c, c_row);                                               \
        else                                                                                                                \
            NAME(turned_sums)(kind, format, a->count, op, a, from, across, c, c_row);                                        \
    }
#define TURNED_LOOP(kind, format) [kind][format] = NAME(turned_##kind##_##format),
WIDE_KINDS(TURNED_SUMS)
NARROW_KINDS(TURNED_SUMS)
static void (*const NAME(turned_loops)[ANY][F16 + 1])(const struct operator *, const struct rows *, const char *, ptrdiff_t,
                                                       char *, ptrdiff_t) = {
    WIDE_KINDS(TURNED_LOOP) NARROW_KINDS(TURNED_LOOP)};

/* All columns, SIDE at a time. Lines that are whole pages apart have all their vectors in the same few places of the
 * first-level cache, where one that lies across two lines of the cache does not find the second half again: then squares
 * begin where vectors do. */
static void NAME(turned)(const struct operator *op, const struct matrix *A, const struct matrix *B, ptrdiff_t M, ptrdiff_t N,
                         ptrdiff_t K, char *C, ptrdiff_t c_row, uint32_t *scratch)
{
    unsigned char look[FEW_TURNED * DEPTH / LANES];
    const ptrdiff_t size = B->format == F32 ? 4 : 2, square = 4 / size * LANES, off = (uintptr_t)B->data % (4 * LANES);
    const ptrdiff_t lead = B->column % PAGE || off % size ? 0 : off / size;
    uint32_t *const line = scratch + FEW_TURNED * DEPTH;
    for (ptrdiff_t k0 = -lead; k0 < K; k0 += DEPTH) {
        const ptrdiff_t first = k0 < 0 ? -k0 : 0, last = K - k0 < DEPTH ? K - k0 : DEPTH;
        const struct rows a = {M, first, last, scratch, look};
        for (ptrdiff_t i = 0; i < M; i++) {
            const char *const from = A->data + i * A->row + (k0 + first) * A->column;
            NAME(pack)(op, line + first, 1, 1, packed_zero(op), A, from, A->column, A->row, last - first, 1);
            for (ptrdiff_t k = 0; k < last; k += square) {
                const ptrdiff_t place = square_at(k, square, first, last);
                uint32_t *const packed = scratch + i * DEPTH + k;
                for (ptrdiff_t n = 0; n < square; n++)
                    packed[n] = is_own(place + n, k, square) ? line[place + n] : packed_zero(op);
                for (ptrdiff_t n = 0; n < square; n += LANES)
                    look[(i * DEPTH + k + n) / LANES] = look_at(op, LANES, packed + n);
            }
        }
        const char *const from = B->data + k0 * size;
        for (ptrdiff_t n = 0; n < N; n += SIDE)
            NAME(turned_loops)[row_kind(op)][B->format](op, &a, from + n * B->column, B->column, C + 4 * n, c_row);
    }
}
