/* Matrices in memory with any strides, and how parts of them are copied. */
#ifndef MITCHELL_PACK_H
#define MITCHELL_PACK_H

#include <stddef.h>

#include "_base.h"

#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
#define BY_EIGHTS 1  /* the first byte of a word is its lowest, as transpose_8 takes it */
#else
#define BY_EIGHTS 0
#endif

struct matrices {  /* strides in bytes */
    char *data;
    ptrdiff_t count, rows, columns, next, row, column;
};

INLINE struct matrices transposed(struct matrices m)
{
    return (struct matrices){m.data, m.count, m.columns, m.rows, m.next, m.column, m.row};
}

/* Rows and columns of 8 x 8 bytes exchanged: quarters, then quarters of these, then bytes. */
INLINE void transpose_8(uint8_t *to, ptrdiff_t to_row, const char *from, ptrdiff_t from_row)
{
    static const uint64_t kept[] = {0, 0x00ff00ff00ff00ff, 0x0000ffff0000ffff, 0, 0x00000000ffffffff};
    uint64_t x[8];
    for (int n = 0; n < 8; n++)
        memcpy(x + n, from + n * from_row, 8);
    for (int size = 4; size > 0; size /= 2)
        for (int n = 0; n < 8; n++)
            if (!(n & size)) {
                const uint64_t changed = (x[n] >> 8 * size ^ x[n + size]) & kept[size];
                x[n] ^= changed << 8 * size;
                x[n + size] ^= changed;
            }
    for (int n = 0; n < 8; n++)
        memcpy(to + n * to_row, x + n, 8);
}

/* ``depth`` rows of ``columns`` bytes, side by side in ``width`` columns; the rest of them is 0. */
static void pack(uint8_t *to, ptrdiff_t width, const char *from, ptrdiff_t row, ptrdiff_t column, ptrdiff_t depth,
                 ptrdiff_t columns)
{
    if (columns < width)
        memset(to, 0, depth * width);
    if (column == 1) {
        for (ptrdiff_t k = 0; k < depth; k++)
            memcpy(to + k * width, from + k * row, columns);
        return;
    }
    const ptrdiff_t rows_by_8 = row == 1 && BY_EIGHTS ? depth / 8 * 8 : 0, columns_by_8 = columns / 8 * 8;
    for (ptrdiff_t k = 0; k < rows_by_8; k += 8)
        for (ptrdiff_t j = 0; j < columns_by_8; j += 8)
            transpose_8(to + k * width + j, width, from + k + j * column, column);
    for (ptrdiff_t k = 0; k < depth; k++)
        for (ptrdiff_t j = k < rows_by_8 ? columns_by_8 : 0; j < columns; j++)
            to[k * width + j] = (uint8_t)from[k * row + j * column];
}

/* Items of 4 bytes. */
static void copy(char *to, ptrdiff_t to_stride, const char *from, ptrdiff_t from_stride, ptrdiff_t count)
{
    if (to_stride == 4 && from_stride == 4)
        memcpy(to, from, count * 4);
    else
        for (ptrdiff_t n = 0; n < count; n++)
            memcpy(to + n * to_stride, from + n * from_stride, 4);
}

#endif
