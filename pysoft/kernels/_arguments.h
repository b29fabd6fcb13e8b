/* What Python hands over to the loops on floats, looked at before they run; and how they run.
 *
 * Included behind _module.h.
 */
#ifndef MITCHELL_ARGUMENTS_H
#define MITCHELL_ARGUMENTS_H

#include "_operator.h"

/* Take the buffers of some objects; 0, and none taken, if one has not so many dimensions of items of this size. */
static int take(Py_buffer *x, PyObject **objects, int count, int dimensions, const Py_ssize_t *sizes)
{
    for (int n = 0; n < count; n++) {
        const int last = n == count - 1, got = PyObject_GetBuffer(objects[n], x + n, last ? PyBUF_STRIDED : PyBUF_STRIDED_RO) == 0;
        if (got && x[n].ndim == dimensions && x[n].itemsize == sizes[n])
            continue;
        if (got) {
            PyErr_Format(PyExc_ValueError, "array %d must have %d dimensions of %zd-byte items", n, dimensions, sizes[n]);
            PyBuffer_Release(x + n);
        }
        while (n-- > 0)
            PyBuffer_Release(x + n);
        return 0;
    }
    return 1;
}

/* Rounding to nearest and subnormal numbers as they are, whatever another library has switched on in this thread. */
static unsigned usual_mode(void)
{
#if defined(__SSE2__)
    const unsigned mode = __builtin_ia32_stmxcsr();
    __builtin_ia32_ldmxcsr(0x1f80);
    return mode;
#else
    return 0;
#endif
}

static void restore_mode(unsigned mode)
{
#if defined(__SSE2__)
    __builtin_ia32_ldmxcsr(mode);
#else
    (void)mode;
#endif
}

/* Whether the form is one of the operation, and the constant one that the loops can take. */
static int has_form(const struct operator *op)
{
    if (op->operation < EXPONENTIAL)
        return op->form >= EXACT && op->form <= (op->operation == MULTIPLY ? LINEAR : LOG);
    if (op->form != CONSTANT || op->places < LEAST_PLACES || op->places > MOST_PLACES || op->decay < 0 || op->decay > 2)
        return 0;
    const int64_t one = (int64_t)1 << op->places, above_one = op->constant - one;
    return op->operation == EXPONENTIAL ? above_one >= 0 && above_one < one && above_one <= UINT32_MAX
                                        : 2 * op->constant >= one && above_one <= 0;
}

static const struct operator *operator_in(const char *bytes, Py_ssize_t size, int format)
{
    const struct operator *op = (const struct operator *)bytes;
    if (size == sizeof *op && format >= F32 && format <= F16 && op->operation >= MULTIPLY && op->operation <= LOGARITHM &&
        has_form(op) && op->dropped >= 0 && op->dropped < 23 && op->cut_off >= op->dropped && op->cut_off < 23)
        return op;
    PyErr_Format(PyExc_ValueError, "not an operator (%zd bytes) on floats of format %d", size, format);
    return NULL;
}

/* Whether operands and results that lie close together are of equal length, or a ValueError. */
static int are_equal(const Py_buffer *x, Py_ssize_t item)
{
    if (x[0].len == x[2].len && x[1].len == x[2].len && x[2].len % item == 0)
        return 1;
    PyErr_Format(PyExc_ValueError, "operands and results must be of equal length, not %zd, %zd and %zd bytes", x[0].len, x[1].len,
                 x[2].len);
    return 0;
}

/* Do something without the interpreter's lock and in the usual mode. */
#define RUN(...)                           \
    {                                      \
        Py_BEGIN_ALLOW_THREADS             \
        const unsigned mode = usual_mode(); \
        __VA_ARGS__;                       \
        restore_mode(mode);                \
        Py_END_ALLOW_THREADS               \
    }

#endif
