/* Sums of products of 8-bit numbers, any product of which is looked up, as a Python module; see _sums.pyi.
 *
 * The loops are compiled for several vector units, and levels() names those that the processor and the system have.
 * Every function works without the interpreter's lock.
 */
#define PY_SSIZE_T_CLEAN
#define Py_LIMITED_API 0x030b0000
#include <Python.h>

#include <stddef.h>
#include <stdlib.h>

#include "_pack.h"

#ifdef HAS_LEVELS
#include <immintrin.h>
#endif

#define BLOCK_K 256    /* the most bytes whose sum is a 16-bit number, and a power of two */
#define MOST_WIDTH 256 /* columns of the widest panel */

enum kind { INTEGERS, FLOATS };

union sums {
    uint32_t integers[MOST_WIDTH];
    float floats[MOST_WIDTH];
};

struct level {
    int lanes, vectors;  /* bytes of a vector, vectors of the widest panel */
    void (*lay_out)(int kind, const uint16_t *entries, uint8_t *table, ptrdiff_t row);
    void (*add)(int kind, ptrdiff_t width, ptrdiff_t depth, const uint8_t *table, const uint8_t *a, const uint8_t *b,
                union sums *sums);
};

#ifdef HAS_LEVELS
#define LANES 64
#define VECTORS 4
#define NAME(name) name##_avx512vbmi
BEGIN_WIDE_TARGET("avx512f,avx512dq,avx512vl,avx512bw,avx512vbmi")
#include "_table.h"
END_TARGET

#define LANES 32
#define VECTORS 2
#define NAME(name) name##_avx2
BEGIN_TARGET("avx2")
#include "_table.h"
END_TARGET
#endif

#define LANES 1
#define VECTORS MOST_WIDTH
#define NAME(name) name##_plain
#include "_table.h"

#include "_module.h"

static void find_levels(void)
{
    supported_count = 0;
#ifdef HAS_LEVELS
    __builtin_cpu_init();
    if (has_avx512() && __builtin_cpu_supports("avx512vbmi"))
        ADD_LEVEL(avx512vbmi, level_avx512vbmi);
    if (__builtin_cpu_supports("avx2"))
        ADD_LEVEL(avx2, level_avx2);
#endif
    ADD_LEVEL(plain, level_plain);
}

struct scratch {
    uint8_t table[4 * 256 * 256];
    uint8_t b[BLOCK_K * MOST_WIDTH];
};

/* A row of the table as 16-bit numbers. Bits beyond these are collected in ``excess``. */
INLINE void read_row(int kind, const char *from, ptrdiff_t stride, uint32_t offset, uint16_t *entries, uint32_t *excess)
{
    uint32_t beyond = 0;
    for (ptrdiff_t n = 0; n < 256; n++, from += stride)
        if (kind == FLOATS)
            memcpy(entries + n, from, 2);
        else {
            uint32_t entry;
            memcpy(&entry, from, 4);
            entries[n] = (uint16_t)(entry + offset);
            beyond |= (entry + offset) >> 16;
        }
    *excess |= beyond;
}

/* The table as the loops want it, and whether all entries plus an offset are 16-bit numbers. */
static int lay_out(const struct level *level, int kind, const struct matrices *T, uint32_t offset, uint8_t *table)
{
    uint32_t excess = 0;
    for (ptrdiff_t row = 0; row < 256; row++) {
        const char *const from = T->data + row * T->row;
        uint16_t entries[256];
        if (T->column == (kind == FLOATS ? 2 : 4))  /* a constant, which the compiler makes something of */
            read_row(kind, from, kind == FLOATS ? 2 : 4, offset, entries, &excess);
        else
            read_row(kind, from, T->column, offset, entries, &excess);
        level->lay_out(kind, entries, table, row);
    }
    return !excess;
}

INLINE uint32_t canonical(uint32_t bits)
{
    return (bits & 0x7fffffff) > 0x7f800000 ? 0x7fc00000 : bits;
}

static void multiply(const struct level *level, int kind, const uint8_t *table, uint32_t first, struct matrices A,
                     struct matrices B, struct matrices C, uint8_t *b)
{
    const ptrdiff_t M = A.rows, K = A.columns, N = B.columns, lanes = level->lanes;
    const ptrdiff_t vectors = (N + lanes - 1) / lanes, panels = (vectors + level->vectors - 1) / level->vectors;
    for (ptrdiff_t p = 0; p < panels; p++) {
        const ptrdiff_t start = vectors * p / panels * lanes, width = vectors * (p + 1) / panels * lanes - start;
        const ptrdiff_t columns = N - start < width ? N - start : width;
        for (ptrdiff_t k0 = 0; k0 == 0 || k0 < K; k0 += BLOCK_K) {
            const ptrdiff_t depth = K - k0 < BLOCK_K ? K - k0 : BLOCK_K;
            const int last = k0 + depth == K;
            pack(b, width, B.data + k0 * B.row + start * B.column, B.row, B.column, depth, columns);
            for (ptrdiff_t i = 0; i < M; i++) {
                uint8_t row[BLOCK_K];
                const char *const from = A.data + i * A.row + k0 * A.column;
                char *const to = C.data + i * C.row + start * C.column;
                union sums sums;
                if (A.column != 1)
                    pack(row, 1, from, A.column, 0, depth, 1);
                for (ptrdiff_t j = 0; j < width; j++)
                    sums.integers[j] = first;
                if (k0 > 0)
                    copy((char *)sums.integers, 4, to, C.column, columns);
                level->add(kind, width, depth, table, A.column == 1 ? (const uint8_t *)from : row, b, &sums);
                if (last && kind == FLOATS)
                    for (ptrdiff_t j = 0; j < width; j++)
                        sums.integers[j] = canonical(sums.integers[j]);
                copy(to, C.column, (const char *)sums.integers, 4, columns);
            }
        }
    }
}

enum { TABLE, A, B, C, BUFFERS };

static int view(PyObject *object, Py_buffer *buffer, int which, Py_ssize_t size)
{
    static const char *const names[] = {"table", "a", "b", "c"};
    const int dimensions = which == TABLE ? 2 : 3;
    if (PyObject_GetBuffer(object, buffer, which == C ? PyBUF_STRIDED : PyBUF_STRIDED_RO) < 0)
        return 0;
    if (buffer->ndim != dimensions)
        PyErr_Format(PyExc_ValueError, "%s must have %d axes, not %d", names[which], dimensions, buffer->ndim);
    else if (buffer->itemsize != size)
        PyErr_Format(PyExc_ValueError, "items of %s must be %zd bytes, not %zd", names[which], size, buffer->itemsize);
    else
        return 1;
    PyBuffer_Release(buffer);
    return 0;
}

static struct matrices matrices_of(const Py_buffer *x)
{
    const int axis = x->ndim - 2;
    return (struct matrices){x->buf, axis ? x->shape[0] : 1, x->shape[axis], x->shape[axis + 1],
                             axis ? x->strides[0] : 0, x->strides[axis], x->strides[axis + 1]};
}

static int shapes_match(const struct matrices *m)
{
    if (m[TABLE].rows != 256 || m[TABLE].columns != 256)
        PyErr_Format(PyExc_ValueError, "table must be 256 x 256, not %zd x %zd", m[TABLE].rows, m[TABLE].columns);
    else if (m[A].count != m[B].count || m[A].columns != m[B].rows)
        PyErr_Format(PyExc_ValueError,
                     "a and b must be (T, M, K) and (T, K, N), not (%zd, %zd, %zd) and (%zd, %zd, %zd)", m[A].count,
                     m[A].rows, m[A].columns, m[B].count, m[B].rows, m[B].columns);
    else if (m[C].count != m[A].count || m[C].rows != m[A].rows || m[C].columns != m[B].columns)
        PyErr_Format(PyExc_ValueError, "c must be (%zd, %zd, %zd), not (%zd, %zd, %zd)", m[A].count, m[A].rows,
                     m[B].columns, m[C].count, m[C].rows, m[C].columns);
    else
        return 1;
    return 0;
}

INLINE ptrdiff_t whole(ptrdiff_t columns, ptrdiff_t lanes)
{
    return (columns + lanes - 1) / lanes * lanes;
}

/* 1 if it is done, 0 if an entry is out of range. */
static int sum_all(const struct level *level, int kind, struct matrices *m, struct scratch *scratch)
{
    /* Columns are lanes: if few would be used, let rows be the columns. */
    if (m[C].count > 0 &&
        m[A].rows * whole(m[B].columns, level->lanes) > 2 * m[B].columns * whole(m[A].rows, level->lanes)) {
        const struct matrices a = m[A];
        m[A] = transposed(m[B]);
        m[B] = transposed(a);
        m[C] = transposed(m[C]);
        m[TABLE] = transposed(m[TABLE]);
    }
    uint32_t offset = 0;
    if (!lay_out(level, kind, m + TABLE, 0, scratch->table)) {
        offset = 0x8000;
        if (!lay_out(level, kind, m + TABLE, offset, scratch->table))
            return 0;
    }
    for (ptrdiff_t t = 0; t < m[C].count; t++) {
        multiply(level, kind, scratch->table, -offset * (uint32_t)m[A].columns, m[A], m[B], m[C], scratch->b);
        for (int n = A; n <= C; n++)
            m[n].data += m[n].next;
    }
    return 1;
}

static PyObject *sums_of(int kind, PyObject *args)
{
    PyObject *objects[BUFFERS], *result = NULL;
    Py_buffer buffers[BUFFERS];
    struct matrices m[BUFFERS];
    int index, got = 0;
    const Py_ssize_t sizes[BUFFERS] = {kind == FLOATS ? 2 : 4, 1, 1, 4};
    if (!PyArg_ParseTuple(args, "iOOOO", &index, objects, objects + 1, objects + 2, objects + 3))
        return NULL;
    const struct level *const level = level_at(index);
    if (!level)
        return NULL;
    for (; got < BUFFERS && view(objects[got], buffers + got, got, sizes[got]); got++)
        m[got] = matrices_of(buffers + got);
    if (got == BUFFERS && shapes_match(m)) {
        void *const memory = malloc(sizeof(struct scratch) + 64);
        if (memory) {
            int done;
            Py_BEGIN_ALLOW_THREADS
            done = sum_all(level, kind, m, (void *)(((uintptr_t)memory + 63) & ~(uintptr_t)63));
            free(memory);
            Py_END_ALLOW_THREADS
            if (done) {
                Py_INCREF(Py_None);
                result = Py_None;
            } else
                PyErr_SetString(PyExc_ValueError, "entries of table must all be in -32768..32767, or all in 0..65535");
        } else
            PyErr_NoMemory();
    }
    while (got > 0)
        PyBuffer_Release(buffers + --got);
    return result;
}

static PyObject *py_integers(PyObject *self, PyObject *args)
{
    return sums_of(INTEGERS, args);
}

static PyObject *py_floats(PyObject *self, PyObject *args)
{
    return sums_of(FLOATS, args);
}

static PyMethodDef methods[] = {
    LEVELS_METHOD,
    {"integers", py_integers, METH_VARARGS, "Sums of integers from a table, modulo 2^32."},
    {"floats", py_floats, METH_VARARGS, "Sums of floats from a table, each rounded to float32."},
    {NULL, NULL, 0, NULL},
};

static PyModuleDef_Slot slots[] = {{0, NULL}};

static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "_sums", NULL, 0, methods, slots, NULL, NULL, NULL};

PyMODINIT_FUNC PyInit__sums(void)
{
    find_levels();
    return PyModuleDef_Init(&module);
}
