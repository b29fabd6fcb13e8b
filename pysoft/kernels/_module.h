/* What every extension module here has: levels, the vector units that its loops are compiled for, and buffers to give back.
 *
 * Included behind Python.h, and behind the definition of struct level.
 */
#ifndef MITCHELL_MODULE_H
#define MITCHELL_MODULE_H

#include "_base.h"

static struct {
    const char *name;
    struct level level;
} supported[3]; /* widest first */
static int supported_count;

#define ADD_LEVEL(which, ...) \
    (supported[supported_count].name = #which, supported[supported_count++].level = (__VA_ARGS__))

#ifdef HAS_LEVELS
static int has_avx512(void)
{
    return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl") &&
           __builtin_cpu_supports("avx512bw");
}
#endif

/* The loops of a level, or NULL and a ValueError. */
static const struct level *level_at(int index)
{
    if (index >= 0 && index < supported_count)
        return &supported[index].level;
    PyErr_Format(PyExc_ValueError, "level must be 0..%d, not %d", supported_count - 1, index);
    return NULL;
}

static PyObject *py_levels(PyObject *self, PyObject *args)
{
    PyObject *names = PyTuple_New(supported_count);
    for (int i = 0; names && i < supported_count; i++) {
        PyObject *name = PyUnicode_FromString(supported[i].name);
        if (!name || PyTuple_SetItem(names, i, name) < 0) {
            Py_DECREF(names);
            return NULL;
        }
    }
    return names;
}

#define LEVELS_METHOD {"levels", py_levels, METH_NOARGS, "Names of the vector units that can be used, widest first."}

/* Give buffers back: None, or NULL if nothing was done and an exception is set. */
static PyObject *finish(int done, Py_buffer *buffers, int count)
{
    for (int i = 0; i < count; i++)
        PyBuffer_Release(buffers + i);
    if (!done)
        return NULL;
    Py_INCREF(Py_None);
    return Py_None;
}

#endif
