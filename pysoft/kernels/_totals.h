/* Sums of floats along lines, each in order. An addition waits for the one before it, so that several lines take turns. */
#ifndef MITCHELL_TOTALS_H
#define MITCHELL_TOTALS_H

#include "_base.h"

#define TURNS 8

/* ``lines`` and all that depends on it is a constant where it is TURNS. A NaN is the canonical one. */
#define TOTALS(type, nan)                                                                                                 \
    INLINE void some_##type(ptrdiff_t lines, ptrdiff_t count, const char *x, ptrdiff_t across, ptrdiff_t along, type *total) \
    {                                                                                                                     \
        type sum[TURNS] = {0};                                                                                            \
        for (ptrdiff_t n = 0; n < count; n++)                                                                             \
            UNROLLED for (ptrdiff_t line = 0; line < lines; line++) {                                                      \
                type number;                                                                                              \
                memcpy(&number, x + line * across + n * along, sizeof number);                                             \
                sum[line] += number;                                                                                      \
            }                                                                                                             \
        for (ptrdiff_t line = 0; line < lines; line++)                                                                    \
            total[line] = sum[line] == sum[line] ? sum[line] : nan;                                                       \
    }                                                                                                                     \
    static void totals_##type(ptrdiff_t lines, ptrdiff_t count, const char *x, ptrdiff_t across, ptrdiff_t along,          \
                              type *total)                                                                                \
    {                                                                                                                     \
        ptrdiff_t done = 0;                                                                                               \
        for (; done + TURNS <= lines; done += TURNS)                                                                      \
            some_##type(TURNS, count, x + done * across, across, along, total + done);                                    \
        some_##type(lines - done, count, x + done * across, across, along, total + done);                                 \
    }
TOTALS(float, __builtin_nanf(""))
TOTALS(double, __builtin_nan(""))

#endif
