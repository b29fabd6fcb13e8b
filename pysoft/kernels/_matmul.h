/* Sums of products of floats, once for each vector unit: c[i][j] = sum over k of a[i][k] b[k][j], k increasing.
 *
 * Included with LANES, ROWS, VECTORS, COPIES and NAME defined. Blocks of both matrices are packed into panels: of a, ROWS
 * rows, each word COPIES times; of b, up to VECTORS vectors of columns. A panel knows the range of its magnitudes, and
 * for each pair of panels the cheapest loop is chosen that still gives the bits of the model, see enum loop.
 */

#define EACH_ROW UNROLLED for (int i = 0; i < ROWS; i++)
#define EACH_VECTOR UNROLLED for (int j = 0; j < count; j++)
#define TILE const struct operator *op, ptrdiff_t depth, const uint32_t *restrict a, const uint32_t *restrict b, \
             float *restrict c, ptrdiff_t stride

/* A tile of ROWS rows and ``count`` vectors of columns; kind, masked and count are constants. */
INLINE void NAME(accumulate)(int kind, int masked, int count, TILE)
{
    floats sum[ROWS][VECTORS];
    EACH_ROW EACH_VECTOR sum[i][j] = *(const floats *)(c + i * stride + j * LANES);
#if LANES == 4
#pragma GCC unroll 4
#endif
    for (ptrdiff_t k = 0; k < depth; k++, a += ROWS * COPIES, b += count * LANES) {
        struct NAME(second) y[VECTORS];
        mask in[VECTORS];
        EACH_VECTOR {
            y[j] = NAME(second)(kind, op, *(const words *)(b + j * LANES));
            if (masked)
                in[j] = different(y[j].word, all(0));
        }
        EACH_ROW {
            const words word = COPIES == 1 ? all(a[i]) : *(const words *)(a + i * COPIES);
            const struct NAME(first) x = NAME(first)(kind, op, word, a[i * COPIES]);
            const mask is = different(x.word, all(packed_zero(op)));
            EACH_VECTOR {
                sum[i][j] = NAME(add)(kind, masked, op, sum[i][j], x, is, y[j], in[j]);
                if (LANES == 4)
                    STAY(sum[i][j]);
            }
        }
    }
    EACH_ROW EACH_VECTOR *(floats *)(c + i * stride + j * LANES) = sum[i][j];
}

/* The same, whatever the patterns are. */
INLINE void NAME(accumulate_any)(int form, int count, TILE)
{
    const uint32_t nothing = packed_zero(op);
    for (ptrdiff_t k = 0; k < depth; k++, a += ROWS * COPIES, b += count * LANES)
        for (int i = 0; i < ROWS; i++) {
            const integers x = (integers)all(a[i * COPIES] - nothing);
            for (int j = 0; j < count; j++) {
                floats *sum = (floats *)(c + i * stride + j * LANES);
                *sum += (floats)result(op, MULTIPLY, form, x, *(const integers *)(b + j * LANES));
            }
        }
}

/* Every loop by itself, so that the compiler finds registers for it alone. */
#define INSTANCE(kind, masked, count)                                     \
    static NOINLINE void NAME(kind##_##masked##_##count)(TILE)            \
    {                                                                     \
        NAME(accumulate)(kind, masked, count, op, depth, a, b, c, stride); \
    }
#define ANY_INSTANCE(form, count)                                     \
    static NOINLINE void NAME(ANY_##form##_##count)(TILE)             \
    {                                                                 \
        NAME(accumulate_any)(form, count, op, depth, a, b, c, stride); \
    }
#define INSTANCES(count)                                                                                            \
    INSTANCE(PLAIN, 0, count) INSTANCE(TABLE, 0, count) INSTANCE(PART, 0, count) INSTANCE(PARTS, 0, count)           \
    INSTANCE(PLAIN, 1, count) INSTANCE(TABLE, 1, count) INSTANCE(PART, 1, count) INSTANCE(PARTS, 1, count)           \
    INSTANCE(FLUSH, 1, count) INSTANCE(FINITE, 1, count) INSTANCE(FLOATS, 0, count) INSTANCE(ROUNDED, 0, count)                                  \
    INSTANCE(CLIPPED_ROUNDED, 1, count) INSTANCE(CLIPPED_TABLE, 1, count) INSTANCE(CLIPPED_PARTS, 1, count)          \
    ANY_INSTANCE(EXACT, count) ANY_INSTANCE(CONSTANT, count) ANY_INSTANCE(LOG, count) ANY_INSTANCE(LINEAR, count)    \
    static const NAME(loop) NAME(loops_##count)[LOOPS] = {                                                          \
        [PLAIN] = NAME(PLAIN_0_##count), [PLAIN + ZEROS] = NAME(PLAIN_1_##count),                                    \
        [TABLE] = NAME(TABLE_0_##count), [TABLE + ZEROS] = NAME(TABLE_1_##count),                                    \
        [PART] = NAME(PART_0_##count), [PART + ZEROS] = NAME(PART_1_##count),                                        \
        [PARTS] = NAME(PARTS_0_##count), [PARTS + ZEROS] = NAME(PARTS_1_##count),                                    \
        [FLUSH] = NAME(FLUSH_1_##count), [FINITE] = NAME(FINITE_1_##count), [FLOATS] = NAME(FLOATS_0_##count), [ROUNDED] = NAME(ROUNDED_0_##count),   \
        [CLIPPED_ROUNDED] = NAME(CLIPPED_ROUNDED_1_##count), [CLIPPED_TABLE] = NAME(CLIPPED_TABLE_1_##count),         \
        [CLIPPED_PARTS] = NAME(CLIPPED_PARTS_1_##count), [ANY + EXACT] = NAME(ANY_EXACT_##count), [ANY + CONSTANT] = NAME(ANY_CONSTANT_##count),                      \
        [ANY + LOG] = NAME(ANY_LOG_##count), [ANY + LINEAR] = NAME(ANY_LINEAR_##count),                              \
    };

typedef void (*NAME(loop))(TILE);
INSTANCES(1)
INSTANCES(2)
#if VECTORS == 3
INSTANCES(3)
static const NAME(loop) *const NAME(loops)[VECTORS] = {NAME(loops_1), NAME(loops_2), NAME(loops_3)};
#else
static const NAME(loop) *const NAME(loops)[VECTORS] = {NAME(loops_1), NAME(loops_2)};
#endif

/* Sums in double, of a tile by itself; kind is a constant, and tells nothing if ``form`` does not come to -1. */
INLINE void NAME(accumulate_double)(int kind, int form, const struct operator *op, ptrdiff_t depth, const uint32_t *restrict a,
                                    const uint32_t *restrict b, double *restrict c, ptrdiff_t width)
{
    for (ptrdiff_t k = 0; k < depth; k++, a += ROWS * COPIES, b += width)
        for (ptrdiff_t j = 0; j < width; j += LANES) {
            const words second = *(const words *)(b + j);
            const struct NAME(second) y = NAME(second)(kind, op, second);
            const mask in = different(second, all(0));
            for (int i = 0; i < ROWS; i++) {
                const uint32_t first = a[i * COPIES];
                words p;
                if (form < 0) {
                    const struct NAME(first) x = NAME(first)(kind, op, all(first), first);
                    p = NAME(multiply)(kind, op, x, y);
                    p = put_where(NAME(counted)(kind, op, x, y, in, p) & different(x.word, all(packed_zero(op))), p, all(0));
                } else
                    p = (words)result(op, MULTIPLY, form, (integers)all(first - packed_zero(op)), (integers)second);
                doubles *const sum = (doubles *)(c + i * width + j);
                *sum += __builtin_convertvector((floats)p, doubles);
            }
        }
}

#define DOUBLE_TILE const struct operator *op, ptrdiff_t depth, const uint32_t *a, const uint32_t *b, double *c, ptrdiff_t width
#define DOUBLE_INSTANCE(name, kind, form)                                     \
    static NOINLINE void NAME(double_##name)(DOUBLE_TILE)                     \
    {                                                                         \
        NAME(accumulate_double)(kind, form, op, depth, a, b, c, width);        \
    }
#define DOUBLE_LIMITED(kind) DOUBLE_INSTANCE(kind, kind, -1)
#define DOUBLE_ANY(form) DOUBLE_INSTANCE(form, ANY, form)
DOUBLE_LIMITED(PLAIN) DOUBLE_LIMITED(TABLE) DOUBLE_LIMITED(PART) DOUBLE_LIMITED(PARTS)
DOUBLE_LIMITED(FLUSH) DOUBLE_LIMITED(FINITE) DOUBLE_LIMITED(FLOATS) DOUBLE_LIMITED(ROUNDED)
DOUBLE_LIMITED(CLIPPED_ROUNDED) DOUBLE_LIMITED(CLIPPED_TABLE) DOUBLE_LIMITED(CLIPPED_PARTS)
DOUBLE_ANY(EXACT) DOUBLE_ANY(CONSTANT) DOUBLE_ANY(LOG) DOUBLE_ANY(LINEAR)
static void (*const NAME(double_loops)[LOOPS])(DOUBLE_TILE) = {
    [PLAIN] = NAME(double_PLAIN), [PLAIN + ZEROS] = NAME(double_PLAIN),
    [TABLE] = NAME(double_TABLE), [TABLE + ZEROS] = NAME(double_TABLE),
    [PART] = NAME(double_PART), [PART + ZEROS] = NAME(double_PART),
    [PARTS] = NAME(double_PARTS), [PARTS + ZEROS] = NAME(double_PARTS),
    [FLUSH] = NAME(double_FLUSH), [FINITE] = NAME(double_FINITE), [FLOATS] = NAME(double_FLOATS),
    [ROUNDED] = NAME(double_ROUNDED), [CLIPPED_ROUNDED] = NAME(double_CLIPPED_ROUNDED),
    [CLIPPED_TABLE] = NAME(double_CLIPPED_TABLE), [CLIPPED_PARTS] = NAME(double_CLIPPED_PARTS),
    [ANY + EXACT] = NAME(double_EXACT), [ANY + CONSTANT] = NAME(double_CONSTANT),
    [ANY + LOG] = NAME(double_LOG), [ANY + LINEAR] = NAME(double_LINEAR)};

#ifdef HAS_LEVELS
/* Four words of each of four lines, word by word: the lines side by side. */
INLINE void NAME(transpose)(uint32_t *to, ptrdiff_t width, const char *from, ptrdiff_t across)
{
    __m128 x[4];
    for (int n = 0; n < 4; n++)
        x[n] = _mm_loadu_ps((const float *)(from + n * across));
    _MM_TRANSPOSE4_PS(x[0], x[1], x[2], x[3]);
    for (int n = 0; n < 4; n++)
        _mm_storeu_ps((float *)(to + n * width), x[n]);
}
#define TRANSPOSES 1
#else
#define TRANSPOSES 0
#endif

/* Words of ``lines`` lines, those of each place along them side by side in ``width`` columns; repeats the first line. */
INLINE void NAME(gather)(int format, uint32_t *to, int width, const char *from, ptrdiff_t along, ptrdiff_t across,
                         ptrdiff_t depth, int lines)
{
    const ptrdiff_t size = format == F32 ? 4 : 2;
    if (across == size && lines == width)
        for (ptrdiff_t k = 0; k < depth; k++)
            for (int w = 0; w < width; w++)
                to[k * width + w] = widened(format, from + k * along + w * size);
    else {
        const int quads = TRANSPOSES && format == F32 && along == size && lines == width ? width / 4 * 4 : 0;
        for (int w = 0; w < quads; w += 4)
            for (ptrdiff_t k = 0; k + 4 <= depth; k += 4) {
                for (int next = 4; next < 8; next++)  /* lines are too short for the processor to see the next ones come */
                    __builtin_prefetch(from + (w + next) * across + k * size);
                NAME(transpose)(to + k * width + w, width, from + w * across + k * size, across);
            }
        for (int w = 0; w < width; w++) {
            const char *const line = from + (w < lines ? w : 0) * across;
            for (ptrdiff_t k = w < quads ? depth / 4 * 4 : 0; k < depth; k++)
                to[k * width + w] = widened(format, line + k * along);
        }
    }
}

static void NAME(collect)(const struct matrix *m, uint32_t *to, int width, const char *from, ptrdiff_t along, ptrdiff_t across,
                          ptrdiff_t depth, int lines)
{
    switch (m->format) {
    case F32: NAME(gather)(F32, to, width, from, along, across, depth, lines); break;
    case BF16: NAME(gather)(BF16, to, width, from, along, across, depth, lines); break;
    default: NAME(gather)(F16, to, width, from, along, across, depth, lines);
    }
}

/* Pack a panel, ``offset`` added to every word, which is there ``copies`` times. */
static struct range NAME(pack)(const struct operator *op, uint32_t *to, int width, int copies, uint32_t offset,
                               const struct matrix *m, const char *from, ptrdiff_t along, ptrdiff_t across,
                               ptrdiff_t depth, int lines)
{
    NAME(collect)(m, to, width, from, along, across, depth, lines);
    int32_t *const word = (int32_t *)to, smallest = op->smallest, least = INFINITE, most = 0, below = 0;
    const int32_t cut_off = cuts_early(op) ? -(1 << op->cut_off) : -1, last_one = cuts_early(op) ? 1 << op->cut_off : 0;
#pragma omp simd reduction(min : least) reduction(max : most) reduction(| : below)
    for (ptrdiff_t n = 0; n < depth * width; n++) {
        const int32_t magnitude = word[n] & MAGNITUDE, zero = -(magnitude < smallest), infinite = -(magnitude >= INFINITE);
        const int32_t counted = magnitude | (zero & INFINITE);
        least = counted < least ? counted : least;
        most = magnitude > most ? magnitude : most;
        below |= zero;
        word[n] = ((word[n] & (cut_off | infinite)) | (last_one & ~infinite)) & ~zero;
        to[n] += offset;
    }
    for (ptrdiff_t n = depth * width; copies > 1 && n-- > 0;)
        for (int copy = copies; copy-- > 0;)
            to[n * copies + copy] = to[n];
    return (struct range){least, most, below};
}

/* Sums of a tile at the edge of c, or in double: in a tile of their own. */
#define EDGE_TILE(name, type, LOOP)                                                                                   \
    static void NAME(name)(int loop, int count, const struct operator *op, ptrdiff_t depth, const uint32_t *a,         \
                           const uint32_t *b, char *c, ptrdiff_t c_row, ptrdiff_t rows, ptrdiff_t columns)             \
    {                                                                                                                 \
        type sums[ROWS * VECTORS * LANES] = {0};                                                                      \
        const ptrdiff_t width = count * LANES;                                                                        \
        for (ptrdiff_t i = 0; i < rows; i++)                                                                          \
            memcpy(sums + i * width, c + i * c_row, columns * sizeof(type));                                          \
        LOOP(op, depth, a, b, sums, width);                                                                           \
        for (ptrdiff_t i = 0; i < rows; i++)                                                                          \
            memcpy(c + i * c_row, sums + i * width, columns * sizeof(type));                                          \
    }
EDGE_TILE(edge_tile, float, NAME(loops)[count - 1][loop])
EDGE_TILE(double_tile, double, NAME(double_loops)[loop])

static void NAME(blocks)(const struct operator *op, const struct matrix *A, const struct matrix *B, ptrdiff_t M, ptrdiff_t N,
                         ptrdiff_t K, int wide, char *C, ptrdiff_t c_row, uint32_t *scratch)
{
    uint32_t *const b = scratch, *const a = b + BLOCK_N * BLOCK_K;
    struct range a_range[BLOCK_M / ROWS], b_range[BLOCK_N / LANES];
    const ptrdiff_t size = wide ? 8 : 4;
    for (ptrdiff_t n0 = 0; n0 < N; n0 += BLOCK_N) {
        const ptrdiff_t n_size = N - n0 < BLOCK_N ? N - n0 : BLOCK_N;
        const ptrdiff_t vectors = (n_size + LANES - 1) / LANES, panels = (vectors + VECTORS - 1) / VECTORS;
        for (ptrdiff_t k0 = 0; k0 < K; k0 += BLOCK_K) {
            const ptrdiff_t depth = K - k0 < BLOCK_K ? K - k0 : BLOCK_K;
            for (ptrdiff_t p = 0; p < panels; p++) {
                const ptrdiff_t first = vectors * p / panels * LANES, width = vectors * (p + 1) / panels * LANES - first;
                const char *const from = B->data + k0 * B->row + (n0 + first) * B->column;
                b_range[p] = NAME(pack)(op, b + first * depth, width, 1, 0, B, from, B->row, B->column, depth,
                                        n_size - first < width ? n_size - first : width);
            }
            for (ptrdiff_t m0 = 0; m0 < M; m0 += BLOCK_M) {
                const ptrdiff_t m_size = M - m0 < BLOCK_M ? M - m0 : BLOCK_M;
                for (ptrdiff_t m = 0; m < m_size; m += ROWS) {
                    const char *const from = A->data + (m0 + m) * A->row + k0 * A->column;
                    a_range[m / ROWS] = NAME(pack)(op, a + m * depth * COPIES, ROWS, COPIES, packed_zero(op), A, from,
                                                   A->column, A->row, depth, m_size - m < ROWS ? m_size - m : ROWS);
                }
                for (ptrdiff_t p = 0; p < panels; p++) {
                    const ptrdiff_t first = vectors * p / panels * LANES, width = vectors * (p + 1) / panels * LANES - first;
                    const ptrdiff_t columns = n_size - first < width ? n_size - first : width;
                    for (ptrdiff_t m = 0; m < m_size; m += ROWS) {
                        const ptrdiff_t rows = m_size - m < ROWS ? m_size - m : ROWS;
                        const int loop = loop_for(op, a_range[m / ROWS], b_range[p]), count = width / LANES;
                        const uint32_t *const x = a + m * depth * COPIES, *const y = b + first * depth;
                        char *const c = C + (m0 + m) * c_row + (n0 + first) * size;
                        if (wide)
                            NAME(double_tile)(loop, count, op, depth, x, y, c, c_row, rows, columns);
                        else if (rows < ROWS || columns < width)
                            NAME(edge_tile)(loop, count, op, depth, x, y, c, c_row, rows, columns);
                        else
                            NAME(loops)[count - 1][loop](op, depth, x, y, (float *)c, c_row / 4);
                    }
                }
            }
        }
    }
}
