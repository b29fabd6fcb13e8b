/* A product of matrices by the loops that take the least time for its parts, once for each vector unit. */

/* Whether the columns of the second matrix, not its rows, are close together, and can be turned. */
INLINE int NAME(is_transposed)(const struct operator *op, const struct matrix *B, ptrdiff_t N, ptrdiff_t K)
{
    const ptrdiff_t size = B->format == F32 ? 4 : 2;
    return B->row == size && B->column != size && N >= SIDE && K >= 4 / size * LANES && !cuts_early(op) &&
           (B->format == F32 || PAIRS_IN_ORDER);
}

/* A few rows. */
static void NAME(few)(const struct operator *op, const struct matrix *A, const struct matrix *B, ptrdiff_t M, ptrdiff_t N,
                      ptrdiff_t K, char *C, ptrdiff_t c_row, uint32_t *scratch)
{
    const ptrdiff_t n = NAME(is_transposed)(op, B, N, K) ? N / SIDE * SIDE : 0;
    const struct matrix beside = {B->data + n * B->column, B->row, B->column, B->format};
    if (n)
        NAME(turned)(op, A, B, M, n, K, C, c_row, scratch);
    NAME(rows)(op, A, &beside, M, N - n, K, C + 4 * n, c_row, scratch);
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
        NAME(few)(&swapped, &first, &second, 1, M, K, C, 0, scratch);
    } else if (!wide && M <= (NAME(is_transposed)(op, B, N, K) ? FEW_TURNED : FEW_ROWS))
        NAME(few)(op, A, B, M, N, K, C, c_row, scratch);
    else
        NAME(blocks)(op, A, B, M, N, K, wide, C, c_row, scratch);
    for (ptrdiff_t i = 0; i < M; i++)
        if (wide)
            canonical_doubles((double *)(C + i * c_row), N);
        else
            canonical_floats((float *)(C + i * c_row), N);
}
