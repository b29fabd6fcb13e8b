/* Sigmoid and hyperbolic tangent, from the exponential on, once for each vector unit. Twin: pysoft/activation.py. */

/* A sum of two numbers of a format, rounded to it. That it is first rounded to 24 bits changes nothing, as these are no fewer
 * than two more than twice those of a narrow format. */
INLINE int32_t NAME(rounded_sum)(int dropped, float x, float y)
{
    const float sum = x + y;
    int32_t pattern;
    memcpy(&pattern, &sum, sizeof pattern);
    return dropped ? (pattern + (1 << dropped >> 1) - 1 + (pattern >> dropped & 1)) & -(1 << dropped) : pattern;
}

/* The function of x by the quotient of two sums; ``power`` is e^-|x| of SIGMOID, e^-2|x| of TANH. */
static void NAME(activate)(const struct operator *divide, int function, int format, int32_t linear, ptrdiff_t count,
                           const char *x, const char *power, char *r)
{
    const ptrdiff_t size = format == F32 ? 4 : 2;
    const int32_t smallest = divide->smallest, dropped = divide->dropped, one = ONE;
    uint32_t a[LINE], z[LINE], above[LINE], below[LINE], q[LINE];
    for (ptrdiff_t done = 0; done < count; done += LINE) {
        const ptrdiff_t some = count - done < LINE ? count - done : LINE;
        widen_line(format, a, x + done * size, size, some);
        widen_line(format, z, power + done * size, size, some);
        for (ptrdiff_t n = 0; n < some; n++) {
            float u;
            memcpy(&u, z + n, sizeof u);
            below[n] = NAME(rounded_sum)(dropped, 1, u);
            above[n] = function == TANH ? NAME(rounded_sum)(dropped, 1, -u) : (int32_t)a[n] < 0 ? (int32_t)z[n] : one;
        }
        NAME(operations)[DIVIDE][divide->form](divide, some, above, below, q);
        for (ptrdiff_t n = 0; n < some && function == TANH; n++) {
            const int32_t magnitude = a[n] & MAGNITUDE, sign = a[n] & SIGN, flushed = magnitude < smallest ? sign : (int32_t)a[n];
            const int32_t number = magnitude < linear ? flushed : (int32_t)q[n] ^ sign;
            q[n] = magnitude > INFINITE ? QUIET_NAN : number;
        }
        if (format == F32)
            memcpy(r + done * size, q, some * size);
        else
            narrow_line(format, r + done * size, q, some);
    }
}
