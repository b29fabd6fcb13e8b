/* Sums of entries of a table, once for each vector unit: to sums[j] is added, over k, the entry b[k][j] of row a[k].
 *
 * Included with LANES (bytes of a vector; 1 of the portable loops), VECTORS (of a panel, at most) and NAME defined. Of
 * vectors, a row of the table is two planes, the low bytes of its 256 entries and the high ones, and shuffles look up
 * LANES columns at once. Rows of b follow each other, ``width`` columns each, vectors on their natural boundaries.
 */

#define ROW_BYTES (LANES > 1 ? 512 : 1024)
#define SUMS ptrdiff_t width, ptrdiff_t depth, const uint8_t *table, const uint8_t *a, const uint8_t *b

#if LANES > 1
typedef uint8_t NAME(bytes) __attribute__((vector_size(LANES)));
typedef uint16_t NAME(words) __attribute__((vector_size(LANES)));
typedef float NAME(floats) __attribute__((vector_size(LANES)));
#define KEEP(vector) __asm__("" : "+v"(vector))  /* in its register: left alone, GCC moves sums to and fro */
#define EACH_VECTOR _Pragma("GCC unroll 4") for (int v = 0; v < count; v++)
#define EACH_PLANE _Pragma("GCC unroll 2") for (int plane = 0; plane < 2; plane++)
#define EACH_QUARTER _Pragma("GCC unroll 4") for (int q = 0; q < 4; q++)

static void NAME(lay_out)(int kind, const uint16_t *entries, uint8_t *table, ptrdiff_t row)
{
    uint8_t *const low = table + row * ROW_BYTES, *const high = low + 256;
    uint16_t words[256];
    memcpy(words, entries, sizeof words);
    for (int half = 0; LANES == 32 && half < 256; half += 128)
        for (int n = half + 16; n < half + 128; n++)
            words[n] ^= entries[n - 16];
    for (int n = 0; n < 256; n++) {
        low[n] = (uint8_t)words[n];
        high[n] = (uint8_t)(words[n] >> 8);
    }
    (void)kind;
}
#endif

#if LANES == 64
/* The bytes of both planes that the indices select: from each half of a plane, and then by the first bit. */
INLINE void NAME(look_up)(const uint8_t *row, NAME(bytes) index, NAME(bytes) found[2])
{
    const __m512i i = (__m512i)index, *part = (const __m512i *)row;
    const __mmask64 upper = _mm512_movepi8_mask(i);
    EACH_PLANE {
        found[plane] = (NAME(bytes))_mm512_mask_blend_epi8(upper, _mm512_permutex2var_epi8(part[0], i, part[1]),
                                                           _mm512_permutex2var_epi8(part[2], i, part[3]));
        part += 4;
    }
}

/* 16 floats: lane n has the bytes 16 q + n of both planes, and zeros below. */
INLINE NAME(floats) NAME(quarter)(int q, const NAME(bytes) planes[2])
{
    const __m512i lane = _mm512_set_epi32(15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0);
    const __m512i bytes = _mm512_add_epi32(_mm512_mullo_epi32(lane, _mm512_set1_epi32(0x01010000)),
                                           _mm512_set1_epi32(0x40000000 + 0x10100000 * q));
    return (NAME(floats))_mm512_maskz_permutex2var_epi8(0xcccccccccccccccc, (__m512i)planes[0], bytes,
                                                        (__m512i)planes[1]);
}

INLINE NAME(floats) NAME(load)(const float *sums, int q)
{
    return _mm512_loadu_ps(sums + 16 * q);
}

INLINE void NAME(store)(float *sums, int q, NAME(floats) sum)
{
    _mm512_storeu_ps(sums + 16 * q, sum);
}
#elif LANES == 32
/* The bytes of both planes that the indices select. Of each half of a plane lay_out wrote the first 16 entries as they
 * are, and the others as their XOR with the one 16 places earlier, so that the XOR of all that lead to an entry is that
 * entry. A shuffle takes part in it, or gives 0 where the index, less 16 n, is negative. */
INLINE void NAME(look_up)(const uint8_t *row, NAME(bytes) index, NAME(bytes) found[2])
{
    __m256i lower = (__m256i)index, upper = _mm256_xor_si256(lower, _mm256_set1_epi8(-128));
    const __m128i *part = (const __m128i *)row;
    __asm__ volatile("" : "+r"(part));  /* load it again for each vector: there are no registers to keep it in */
    __m256i x[2] = {_mm256_setzero_si256(), _mm256_setzero_si256()};
    _Pragma("GCC unroll 8") for (int n = 0; n < 8; n++) {
        EACH_PLANE {
            const __m256i x_lower = _mm256_broadcastsi128_si256(part[16 * plane + n]);
            const __m256i x_upper = _mm256_broadcastsi128_si256(part[16 * plane + 8 + n]);
            x[plane] = _mm256_xor_si256(x[plane], _mm256_shuffle_epi8(x_lower, lower));
            x[plane] = _mm256_xor_si256(x[plane], _mm256_shuffle_epi8(x_upper, upper));
            KEEP(x[plane]);
        }
        lower = _mm256_subs_epi8(lower, _mm256_set1_epi8(16));
        upper = _mm256_subs_epi8(upper, _mm256_set1_epi8(16));
        KEEP(lower);
        KEEP(upper);
    }
    EACH_PLANE found[plane] = (NAME(bytes))x[plane];
}

/* Four columns, and the four that are 16 further on. */
INLINE NAME(floats) NAME(quarter)(int q, const NAME(bytes) planes[2])
{
    const __m256i low = (__m256i)planes[0], high = (__m256i)planes[1], zero = _mm256_setzero_si256();
    const __m256i word = q < 2 ? _mm256_unpacklo_epi8(low, high) : _mm256_unpackhi_epi8(low, high);
    return (NAME(floats))(q & 1 ? _mm256_unpackhi_epi16(zero, word) : _mm256_unpacklo_epi16(zero, word));
}

INLINE NAME(floats) NAME(load)(const float *sums, int q)
{
    return _mm256_loadu2_m128(sums + 16 + 4 * q, sums + 4 * q);
}

INLINE void NAME(store)(float *sums, int q, NAME(floats) sum)
{
    _mm256_storeu2_m128(sums + 16 + 4 * q, sums + 4 * q, sum);
}
#endif

#if LANES > 1
/* Of both planes the sums of whole words, modulo 2^16, and of their high bytes, which are the odd columns; what the
 * former exceed 2^8 times the latter is the even columns. Sums of up to BLOCK_K bytes are less than 2^16. */
INLINE void NAME(sum_integers)(int count, SUMS, uint32_t *sums)
{
    NAME(words) all[2][VECTORS], odd[2][VECTORS];
    EACH_VECTOR EACH_PLANE all[plane][v] = odd[plane][v] = (NAME(words)){0};
    for (ptrdiff_t k = 0; k < depth; k++, b += width)
        EACH_VECTOR {
            NAME(bytes) found[2];
            NAME(look_up)(table + a[k] * ROW_BYTES, *(const NAME(bytes) *)(b + v * LANES), found);
            EACH_PLANE {
                const NAME(words) word = (NAME(words))found[plane];
                all[plane][v] += word;
                odd[plane][v] += word >> 8;
                KEEP(all[plane][v]);
                KEEP(odd[plane][v]);
            }
        }
    EACH_VECTOR {
        uint16_t even[2][LANES / 2], other[2][LANES / 2];
        EACH_PLANE {
            const NAME(words) difference = all[plane][v] - (odd[plane][v] << 8);
            memcpy(even[plane], &difference, LANES);
            memcpy(other[plane], &odd[plane][v], LANES);
        }
        for (int n = 0; n < LANES / 2; n++) {
            sums[v * LANES + 2 * n] += even[0][n] + ((uint32_t)even[1][n] << 8);
            sums[v * LANES + 2 * n + 1] += other[0][n] + ((uint32_t)other[1][n] << 8);
        }
    }
}

INLINE void NAME(sum_floats)(int count, SUMS, float *sums)
{
    NAME(floats) sum[VECTORS][4];
    EACH_VECTOR EACH_QUARTER sum[v][q] = NAME(load)(sums + v * LANES, q);
    for (ptrdiff_t k = 0; k < depth; k++, b += width)
        EACH_VECTOR {
            NAME(bytes) found[2];
            NAME(look_up)(table + a[k] * ROW_BYTES, *(const NAME(bytes) *)(b + v * LANES), found);
            EACH_QUARTER {
                sum[v][q] += NAME(quarter)(q, found);
                KEEP(sum[v][q]);
            }
        }
    EACH_VECTOR EACH_QUARTER NAME(store)(sums + v * LANES, q, sum[v][q]);
}

/* Each number of vectors by itself, so that all sums are in registers. */
#define INSTANCE(count)                                             \
    static NOINLINE void NAME(integers_##count)(SUMS, uint32_t *sums) \
    {                                                               \
        NAME(sum_integers)(count, width, depth, table, a, b, sums); \
    }                                                               \
    static NOINLINE void NAME(floats_##count)(SUMS, float *sums)    \
    {                                                               \
        NAME(sum_floats)(count, width, depth, table, a, b, sums);   \
    }
INSTANCE(1)
INSTANCE(2)
#if VECTORS == 4
INSTANCE(3)
INSTANCE(4)
#endif

static void NAME(add)(int kind, SUMS, union sums *sums)
{
#if VECTORS == 4
#define COUNTS(kind) {NAME(kind##_1), NAME(kind##_2), NAME(kind##_3), NAME(kind##_4)}
#else
#define COUNTS(kind) {NAME(kind##_1), NAME(kind##_2)}
#endif
    static void (*const integers[])(SUMS, uint32_t *) = COUNTS(integers);
    static void (*const floats[])(SUMS, float *) = COUNTS(floats);
    if (kind == INTEGERS)
        integers[width / LANES - 1](width, depth, table, a, b, sums->integers);
    else
        floats[width / LANES - 1](width, depth, table, a, b, sums->floats);
}
#else
static void NAME(lay_out)(int kind, const uint16_t *entries, uint8_t *table, ptrdiff_t row)
{
    for (int n = 0; n < 256; n++) {
        const uint32_t number = (uint32_t)entries[n] << (kind == FLOATS ? 16 : 0);
        memcpy(table + row * ROW_BYTES + 4 * n, &number, 4);
    }
}

INLINE uint32_t NAME(integers_at)(const uint8_t *table, uint8_t row, uint8_t n)
{
    uint32_t number;
    memcpy(&number, table + row * ROW_BYTES + 4 * n, 4);
    return number;
}

INLINE float NAME(floats_at)(const uint8_t *table, uint8_t row, uint8_t n)
{
    float number;
    memcpy(&number, table + row * ROW_BYTES + 4 * n, 4);
    return number;
}

/* Four rows at a time, so that a sum is seldom in memory. */
#define PORTABLE(kind, type)                                                              \
    static NOINLINE void NAME(kind)(SUMS, type * restrict sums)                           \
    {                                                                                     \
        ptrdiff_t k = 0;                                                                  \
        for (; k + 4 <= depth; k += 4, b += 4 * width)                                    \
            for (ptrdiff_t j = 0; j < width; j++) {                                       \
                type sum = sums[j];                                                       \
                _Pragma("GCC unroll 4") for (int n = 0; n < 4; n++)                       \
                    sum += NAME(kind##_at)(table, a[k + n], b[n * width + j]);            \
                sums[j] = sum;                                                            \
            }                                                                             \
        for (; k < depth; k++, b += width)                                                \
            for (ptrdiff_t j = 0; j < width; j++)                                         \
                sums[j] += NAME(kind##_at)(table, a[k], b[j]);                            \
    }
PORTABLE(integers, uint32_t)
PORTABLE(floats, float)

static void NAME(add)(int kind, SUMS, union sums *sums)
{
    if (kind == INTEGERS)
        NAME(integers)(width, depth, table, a, b, sums->integers);
    else
        NAME(floats)(width, depth, table, a, b, sums->floats);
}
#endif

static const struct level NAME(level) = {LANES, VECTORS, NAME(lay_out), NAME(add)};

/* Make room for the next level. */
#undef LANES
#undef VECTORS
#undef NAME
#undef ROW_BYTES
#undef SUMS
#undef KEEP
#undef EACH_VECTOR
#undef EACH_PLANE
#undef EACH_QUARTER
#undef INSTANCE
#undef COUNTS
#undef PORTABLE
