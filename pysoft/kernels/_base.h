/* What the loops share. Every value is an IEEE double and every operation rounds once: no contraction, no reordering. */
#ifndef MITCHELL_BASE_H
#define MITCHELL_BASE_H

#include <float.h>
#include <stdint.h>
#include <string.h>

#if FLT_EVAL_METHOD != 0
#error "doubles must be evaluated as doubles; without this extension NumPy does the same work"
#endif

#if defined(__GNUC__) || defined(__clang__)
#define INLINE static inline __attribute__((always_inline))
#define NOINLINE __attribute__((noinline))
#define FORGET __asm__ volatile("" ::: "memory")  /* what memory held */
#else
#define INLINE static inline
#define NOINLINE
#define FORGET (void)0
#endif

#if defined(__x86_64__) && (defined(__GNUC__) || defined(__clang__))
#define HAS_LEVELS 1
#if defined(__clang__)
#define AVX512 __attribute__((target("avx512f,avx512dq,avx512vl,avx512bw")))
#else
#define AVX512 __attribute__((target("avx512f,avx512dq,avx512vl,avx512bw,prefer-vector-width=512")))
#endif
#define AVX2 __attribute__((target("avx2")))
#endif

/* Functions between these are compiled for the vector units that ``names`` name; clang knows no preference of a width. */
#define PRAGMA(text) _Pragma(#text)
#if defined(__clang__)
#define UNROLLED _Pragma("clang loop unroll(full)")
#define BEGIN_TARGET(names) PRAGMA(clang attribute push(__attribute__((target(names))), apply_to = function))
#define BEGIN_WIDE_TARGET BEGIN_TARGET
#define END_TARGET _Pragma("clang attribute pop")
#else
#define UNROLLED _Pragma("GCC unroll 16")
#define BEGIN_TARGET(names) _Pragma("GCC push_options") PRAGMA(GCC target(names))
#define BEGIN_WIDE_TARGET(names) _Pragma("GCC push_options") PRAGMA(GCC target(names, "prefer-vector-width=512"))
#define END_TARGET _Pragma("GCC pop_options")
#endif

#define TWO_52 4503599627370496.0
#define EXPONENT 0x7ff0000000000000u  /* of a pattern */

INLINE double from_bits(uint64_t bits)
{
    double value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

INLINE uint64_t to_bits(double value)
{
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    return bits;
}

INLINE double floored(double value)  /* of 0 <= value < 2^52, without a call */
{
    double nearest = (value + TWO_52) - TWO_52;
    return nearest > value ? nearest - 1 : nearest;
}

#endif
