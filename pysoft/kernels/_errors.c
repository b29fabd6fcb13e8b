/* The inner loops of an exhaustive error measurement, as a Python module; see __init__.py for who calls it.
 *
 * The loops are compiled for several vector units, and levels() names those that the processor and the system have.
 * Every function works without the interpreter's lock.
 */
#define PY_SSIZE_T_CLEAN
#define Py_LIMITED_API 0x030b0000
#include <Python.h>

#include "_results.h"
#include "_tally.h"

#define RESULTS_PARAMETERS                                                                                        \
    const struct scheme *s, Py_ssize_t rows, Py_ssize_t n, const int64_t *La, const double *power_a,              \
        const int32_t *row, const double *table, const int64_t *Lb, const double *power_b, const int32_t *column, \
        double *results
#define RESULTS_ARGUMENTS s, rows, n, La, power_a, row, table, Lb, power_b, column, results
#define BILINEAR_PARAMETERS \
    Py_ssize_t terms, Py_ssize_t rows, Py_ssize_t n, const double *u, const double *v, double *results
#define BILINEAR_ARGUMENTS terms, rows, n, u, v, results
#define QUOTIENT_PARAMETERS                                                                                       \
    Py_ssize_t rows, Py_ssize_t n, const double *u, const double *power_u, const double *v, const double *power_v, \
        double *results
#define QUOTIENT_ARGUMENTS rows, n, u, power_u, v, power_v, results
#define TALLY_PARAMETERS                                                                                            \
    int division, const struct tiers *errors, const struct tiers *relatives, const struct limits *c,                \
        const struct bins *b, Py_ssize_t rows, Py_ssize_t n, const double *A, const double *B, const double *inverse, \
        const double *results, double *out
#define TALLY_ARGUMENTS division, errors, relatives, c, b, rows, n, A, B, inverse, results, out

struct level {
    void (*logarithmic)(RESULTS_PARAMETERS);
    void (*bilinear)(BILINEAR_PARAMETERS);
    void (*quotient)(QUOTIENT_PARAMETERS);
    void (*tally)(TALLY_PARAMETERS);
};

#define INSTANTIATE(attribute, name)                                                                    \
    attribute static void logarithmic_##name(RESULTS_PARAMETERS) { logarithmic_any(RESULTS_ARGUMENTS); } \
    attribute static void bilinear_##name(BILINEAR_PARAMETERS) { bilinear_any(BILINEAR_ARGUMENTS); }     \
    attribute static void quotient_##name(QUOTIENT_PARAMETERS) { quotient_any(QUOTIENT_ARGUMENTS); }     \
    attribute static void tally_##name(TALLY_PARAMETERS) { tally_any(TALLY_ARGUMENTS); }

#ifdef HAS_LEVELS
INSTANTIATE(AVX512, avx512)
INSTANTIATE(AVX2, avx2)
#endif
INSTANTIATE(, plain)

#include "_module.h"

#define LEVEL(name) (struct level){logarithmic_##name, bilinear_##name, quotient_##name, tally_##name}

static void find_levels(void)
{
    supported_count = 0;
#ifdef HAS_LEVELS
    __builtin_cpu_init();
    if (has_avx512())
        ADD_LEVEL(avx512, LEVEL(avx512));
    if (__builtin_cpu_supports("avx2"))
        ADD_LEVEL(avx2, LEVEL(avx2));
#endif
    ADD_LEVEL(plain, LEVEL(plain));
}

static int check(const Py_buffer *buffer, const char *name, Py_ssize_t count, Py_ssize_t size)
{
    if (buffer->len == count * size)
        return 1;
    PyErr_Format(PyExc_ValueError, "%s must be %zd bytes, not %zd", name, count * size, buffer->len);
    return 0;
}

static PyObject *py_logarithmic(PyObject *self, PyObject *args)
{
    enum { SCHEME, LA, POWER_A, ROW, TABLE, LB, POWER_B, COLUMN, RESULTS, BUFFERS };
    Py_buffer x[BUFFERS];
    int index, done = 0;
    if (!PyArg_ParseTuple(args, "iy*y*y*y*y*y*y*y*w*", &index, x, x + 1, x + 2, x + 3, x + 4, x + 5, x + 6, x + 7, x + 8))
        return NULL;
    const Py_ssize_t rows = x[LA].len / 8, n = x[LB].len / 8;
    const struct level *level = level_at(index);
    if (level && check(x + SCHEME, "scheme", 1, sizeof(struct scheme)) && check(x + LA, "La", rows, 8) &&
        check(x + POWER_A, "power_a", rows, 8) && check(x + ROW, "row", rows, 4) && check(x + LB, "Lb", n, 8) &&
        check(x + POWER_B, "power_b", n, 8) && check(x + COLUMN, "column", n, 4) &&
        check(x + RESULTS, "results", rows * n, 8)) {
        Py_BEGIN_ALLOW_THREADS
        level->logarithmic(x[SCHEME].buf, rows, n, x[LA].buf, x[POWER_A].buf, x[ROW].buf, x[TABLE].buf, x[LB].buf,
                           x[POWER_B].buf, x[COLUMN].buf, x[RESULTS].buf);
        Py_END_ALLOW_THREADS
        done = 1;
    }
    return finish(done, x, BUFFERS);
}

static PyObject *py_bilinear(PyObject *self, PyObject *args)
{
    enum { U, V, RESULTS, BUFFERS };
    Py_buffer x[BUFFERS];
    int index, terms, done = 0;
    if (!PyArg_ParseTuple(args, "iiy*y*w*", &index, &terms, x, x + 1, x + 2))
        return NULL;
    const struct level *level = level_at(index);
    if (terms < 1 || terms > 3)
        PyErr_Format(PyExc_ValueError, "terms must be 1..3, not %d", terms);
    else if (level) {
        const Py_ssize_t rows = x[U].len / (8 * terms), n = x[V].len / (8 * terms);
        if (check(x + U, "u", rows * terms, 8) && check(x + V, "v", n * terms, 8) &&
            check(x + RESULTS, "results", rows * n, 8)) {
            Py_BEGIN_ALLOW_THREADS
            level->bilinear(terms, rows, n, x[U].buf, x[V].buf, x[RESULTS].buf);
            Py_END_ALLOW_THREADS
            done = 1;
        }
    }
    return finish(done, x, BUFFERS);
}

static PyObject *py_quotient(PyObject *self, PyObject *args)
{
    enum { U, POWER_U, V, POWER_V, RESULTS, BUFFERS };
    Py_buffer x[BUFFERS];
    int index, done = 0;
    if (!PyArg_ParseTuple(args, "iy*y*y*y*w*", &index, x, x + 1, x + 2, x + 3, x + 4))
        return NULL;
    const Py_ssize_t rows = x[U].len / 8, n = x[V].len / 8;
    const struct level *level = level_at(index);
    if (level && check(x + POWER_U, "power_u", rows, 8) && check(x + POWER_V, "power_v", n, 8) &&
        check(x + RESULTS, "results", rows * n, 8)) {
        Py_BEGIN_ALLOW_THREADS
        level->quotient(rows, n, x[U].buf, x[POWER_U].buf, x[V].buf, x[POWER_V].buf, x[RESULTS].buf);
        Py_END_ALLOW_THREADS
        done = 1;
    }
    return finish(done, x, BUFFERS);
}

static PyObject *py_tally(PyObject *self, PyObject *args)
{
    enum { TIERS_OF, LIMITS, BINS, COUNTS, A, B, INVERSE, RESULTS, OUT, BUFFERS };
    Py_buffer x[BUFFERS];
    int index, division, done = 0;
    if (!PyArg_ParseTuple(args, "ipy*y*y*w*y*y*y*y*w*", &index, &division, x, x + 1, x + 2, x + 3, x + 4, x + 5, x + 6,
                          x + 7, x + 8))
        return NULL;
    const Py_ssize_t rows = x[A].len / 8, n = x[B].len / 8;
    const struct level *level = level_at(index);
    if (level && check(x + TIERS_OF, "tiers", 2, sizeof(struct tiers)) && check(x + LIMITS, "limits", 1, sizeof(struct limits)) &&
        check(x + BINS, "bins", 3, 8) && check(x + A, "a", rows, 8) && check(x + B, "b", n, 8) &&
        check(x + INVERSE, "inverse", n, 8) && check(x + RESULTS, "results", rows * n, 8) &&
        check(x + OUT, "out", rows * FIELDS, 8)) {
        const int64_t *range = x[BINS].buf;
        const struct bins bins = {range[0], range[1], range[2], x[COUNTS].buf};
        if (check(x + COUNTS, "counts", 2 * bins.count, 8)) {
            Py_BEGIN_ALLOW_THREADS
            const struct tiers *tiers = x[TIERS_OF].buf;
            level->tally(division, tiers, tiers + 1, x[LIMITS].buf, &bins, rows, n, x[A].buf, x[B].buf, x[INVERSE].buf,
                         x[RESULTS].buf, x[OUT].buf);
            Py_END_ALLOW_THREADS
            done = 1;
        }
    }
    return finish(done, x, BUFFERS);
}

static PyMethodDef methods[] = {
    LEVELS_METHOD,
    {"logarithmic", py_logarithmic, METH_VARARGS, "Results of a logarithmic scheme, row by row."},
    {"bilinear", py_bilinear, METH_VARARGS, "Results that are floors of sums of products, row by row."},
    {"quotient", py_quotient, METH_VARARGS, "Results that are floors of a scaled quotient, row by row."},
    {"tally", py_tally, METH_VARARGS, "Sums and extremes of the errors of given results, row by row."},
    {NULL, NULL, 0, NULL},
};

static PyModuleDef_Slot slots[] = {{0, NULL}};

static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "_errors", NULL, 0, methods, slots, NULL, NULL, NULL};

PyMODINIT_FUNC PyInit__errors(void)
{
    find_levels();
    return PyModuleDef_Init(&module);
}
