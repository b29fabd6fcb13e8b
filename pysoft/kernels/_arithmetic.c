/* Arithmetic on arrays by one operator, as a Python module; see _arithmetic.pyi.
 *
 * Everything is compiled for several vector units, and levels() names those that the processor and the system have.
 * Every function works without the interpreter's lock.
 */
#define PY_SSIZE_T_CLEAN
#define Py_LIMITED_API 0x030b0000
#include <Python.h>

#include <math.h>

#include "_panel.h"
#include "_totals.h"

#ifdef HAS_LEVELS
#include <immintrin.h>

#define BLOCK_M 120
#define BLOCK_N 1024
#define LANES 16
#define ROWS 8
#define VECTORS 3
#define COPIES 1
#define NAME(name) name##_avx512
BEGIN_WIDE_TARGET("avx512f,avx512dq,avx512vl,avx512bw")
#include "_float.h"
#include "_limited.h"
#include "_matmul.h"
#include "_few.h"
#include "_rows.h"
#include "_turned.h"
#include "_product.h"
#include "_exponential.h"
#include "_elementwise.h"
#include "_activation.h"
END_TARGET
#include "_end.h"

#define BLOCK_M 120
#define BLOCK_N 1024
#define LANES 8
#define ROWS 6
#define VECTORS 2
#define COPIES 1
#define NAME(name) name##_avx2
BEGIN_TARGET("avx2")
#include "_float.h"
#include "_limited.h"
#include "_matmul.h"
#include "_few.h"
#include "_rows.h"
#include "_turned.h"
#include "_product.h"
#include "_exponential.h"
#include "_elementwise.h"
#include "_activation.h"
END_TARGET
#include "_end.h"
#endif

#define BLOCK_M 4  /* the copies of a fill the first-level cache */
#define BLOCK_N 512
#define LANES 4
#define ROWS 4
#define VECTORS 2
#define COPIES 4
#define NAME(name) name##_plain
#include "_float.h"
#include "_limited.h"
#include "_matmul.h"
#include "_few.h"
#include "_rows.h"
#include "_turned.h"
#include "_product.h"
#include "_exponential.h"
#include "_elementwise.h"
#include "_activation.h"
#include "_end.h"

struct level {
    void (*matmul)(const struct operator *, const struct matrix *, const struct matrix *, ptrdiff_t, ptrdiff_t, ptrdiff_t, int,
                   char *, ptrdiff_t, uint32_t *);
    void (*line)(const struct operator *, int, ptrdiff_t, const char *, ptrdiff_t, const char *, ptrdiff_t, char *);
    void (*activate)(const struct operator *, int, int, int32_t, ptrdiff_t, const char *, const char *, char *);
};

#include "_module.h"
#include "_arguments.h"

static void find_levels(void)
{
    supported_count = 0;
#ifdef HAS_LEVELS
    __builtin_cpu_init();
    if (has_avx512())
        ADD_LEVEL(avx512, (struct level){matmul_avx512, line_avx512, activate_avx512});
    if (__builtin_cpu_supports("avx2"))
        ADD_LEVEL(avx2, (struct level){matmul_avx2, line_avx2, activate_avx2});
#endif
    ADD_LEVEL(plain, (struct level){matmul_plain, line_plain, activate_plain});
}

static PyObject *py_matmul(PyObject *self, PyObject *args)
{
    const char *bytes;
    Py_ssize_t size;
    PyObject *objects[4];
    Py_buffer x[4];
    int index, format, wide;
    if (!PyArg_ParseTuple(args, "iy#ipOOOO", &index, &bytes, &size, &format, &wide, objects, objects + 1, objects + 3, objects + 2))
        return NULL;
    const struct level *level = level_at(index);
    const struct operator *op = level ? operator_in(bytes, size, format) : NULL;
    const Py_ssize_t sizes[] = {format == F32 ? 4 : 2, format == F32 ? 4 : 2, wide ? 8 : 4}, byte = 1;
    if (!op || !take(x, objects, 3, 3, sizes))
        return NULL;
    if (!take(x + 3, objects + 3, 1, 1, &byte)) {
        finish(0, x, 3);
        return NULL;
    }
    const Py_ssize_t *a = x[0].shape, *b = x[1].shape, *c = x[2].shape;
    const int fits = op->operation == MULTIPLY && a[0] == c[0] && b[0] == c[0] && a[1] == c[1] && a[2] == b[1] && b[2] == c[2];
    if (!fits || x[3].len < SCRATCH_BYTES || x[3].strides[0] != 1 || (c[2] > 1 && x[2].strides[2] != x[2].itemsize))
        PyErr_SetString(PyExc_ValueError, "a multiplier takes shapes (t, m, k), (t, k, n) and (t, m, n), the rows of the last"
                                          " contiguous, and a scratch of SCRATCH_BYTES");
    else {
        uint32_t *const scratch = (uint32_t *)(((uintptr_t)x[3].buf + 63) & ~(uintptr_t)63);
        RUN(for (ptrdiff_t t = 0; t < c[0]; t++) {
            const struct matrix A = {(const char *)x[0].buf + t * x[0].strides[0], x[0].strides[1], x[0].strides[2], format};
            const struct matrix B = {(const char *)x[1].buf + t * x[1].strides[0], x[1].strides[1], x[1].strides[2], format};
            level->matmul(op, &A, &B, c[1], c[2], a[2], wide, (char *)x[2].buf + t * x[2].strides[0], x[2].strides[1], scratch);
        })
    }
    return finish(!PyErr_Occurred(), x, 4);
}

/* Operands and results that lie close together, item by item. */
static PyObject *py_elementwise(PyObject *self, PyObject *args)
{
    Py_buffer x[3];
    const char *bytes;
    Py_ssize_t size;
    int index, format;
    if (!PyArg_ParseTuple(args, "iy#iy*y*w*", &index, &bytes, &size, &format, x, x + 1, x + 2))
        return NULL;
    const struct level *level = level_at(index);
    const struct operator *op = level ? operator_in(bytes, size, format) : NULL;
    const Py_ssize_t item = format == F32 ? 4 : 2;
    if (op && are_equal(x, item))
        RUN(level->line(op, format, x[2].len / item, x[0].buf, item, x[1].buf, item, x[2].buf))
    return finish(!PyErr_Occurred(), x, 3);
}

static PyObject *py_broadcast(PyObject *self, PyObject *args)
{
    const char *bytes;
    Py_ssize_t size;
    PyObject *objects[3];
    Py_buffer x[3];
    int index, format;
    if (!PyArg_ParseTuple(args, "iy#iOOO", &index, &bytes, &size, &format, objects, objects + 1, objects + 2))
        return NULL;
    const struct level *level = level_at(index);
    const struct operator *op = level ? operator_in(bytes, size, format) : NULL;
    const Py_ssize_t item = format == F32 ? 4 : 2, sizes[] = {item, item, item};
    if (!op || !take(x, objects, 3, 2, sizes))
        return NULL;
    const Py_ssize_t rows = x[2].shape[0], count = x[2].shape[1];
    int fits = count <= 1 || x[2].strides[1] == item;
    for (int n = 0; n < 2; n++)
        fits &= x[n].shape[0] == rows && x[n].shape[1] == count;
    if (!fits)
        PyErr_SetString(PyExc_ValueError, "arrays must have equal shapes (rows, columns), and rows of results be contiguous");
    else
        RUN(for (ptrdiff_t i = 0; i < rows; i++)
            level->line(op, format, count, (const char *)x[0].buf + i * x[0].strides[0], x[0].strides[1],
                        (const char *)x[1].buf + i * x[1].strides[0], x[1].strides[1], (char *)x[2].buf + i * x[2].strides[0]))
    return finish(!PyErr_Occurred(), x, 3);
}

/* Operands, exponentials and results that lie close together. */
static PyObject *py_activation(PyObject *self, PyObject *args)
{
    Py_buffer x[3];
    const char *bytes;
    Py_ssize_t size;
    int index, format, function, linear;
    if (!PyArg_ParseTuple(args, "iy#iiiy*y*w*", &index, &bytes, &size, &format, &function, &linear, x, x + 1, x + 2))
        return NULL;
    const struct level *level = level_at(index);
    const struct operator *op = level ? operator_in(bytes, size, format) : NULL;
    const Py_ssize_t item = format == F32 ? 4 : 2;
    if (op && (op->operation != DIVIDE || (function != SIGMOID && function != TANH)))
        PyErr_Format(PyExc_ValueError, "function %d takes a divider", function);
    else if (op && are_equal(x, item))
        RUN(level->activate(op, function, format, linear, x[2].len / item, x[0].buf, x[1].buf, x[2].buf))
    return finish(!PyErr_Occurred(), x, 3);
}

/* Of rows with any strides, in float or double. */
static PyObject *py_totals(PyObject *self, PyObject *args)
{
    PyObject *objects[2];
    Py_buffer x[2];
    int wide;
    if (!PyArg_ParseTuple(args, "pOO", &wide, objects, objects + 1))
        return NULL;
    const Py_ssize_t item = wide ? 8 : 4, sizes[] = {item, item};
    if (!take(x, objects, 2, 2, sizes))
        return NULL;
    const Py_ssize_t rows = x[0].shape[0], count = x[0].shape[1];
    if (x[1].shape[0] != rows || x[1].shape[1] != 1 || (rows > 1 && x[1].strides[0] != item))
        PyErr_SetString(PyExc_ValueError, "sums take shapes (rows, columns) and (rows, 1), the latter contiguous");
    else if (wide)
        RUN(totals_double(rows, count, x[0].buf, x[0].strides[0], x[0].strides[1], x[1].buf))
    else
        RUN(totals_float(rows, count, x[0].buf, x[0].strides[0], x[0].strides[1], x[1].buf))
    return finish(!PyErr_Occurred(), x, 2);
}

static PyMethodDef methods[] = {
    LEVELS_METHOD,
    {"matmul", py_matmul, METH_VARARGS, "Sums of products of floats."},
    {"elementwise", py_elementwise, METH_VARARGS, "Results of an operator, element by element."},
    {"broadcast", py_broadcast, METH_VARARGS, "The same of arrays with any strides, row by row."},
    {"activation", py_activation, METH_VARARGS, "Sigmoid or tanh, element by element, from the exponential on."},
    {"totals", py_totals, METH_VARARGS, "Sums of rows, each in order."},
    {NULL, NULL, 0, NULL},
};

static int add_constants(PyObject *module)
{
    return PyModule_AddIntConstant(module, "SCRATCH_BYTES", SCRATCH_BYTES);
}

static PyModuleDef_Slot slots[] = {{Py_mod_exec, (void *)add_constants}, {0, NULL}};

static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "_arithmetic", NULL, 0, methods, slots, NULL, NULL, NULL};

PyMODINIT_FUNC PyInit__arithmetic(void)
{
    find_levels();
    return PyModuleDef_Init(&module);
}
