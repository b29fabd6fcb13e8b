// A serial line, 8 data bits, no parity, 1 stop bit, at the level of bits and clock cycles, with noise.

#pragma once

#include <cstdint>

class Random {  // SplitMix64
public:
    explicit Random(uint64_t seed) : state{seed} {}
    uint64_t next() {
        uint64_t z = state += 0x9E3779B97F4A7C15;
        z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9;
        z = (z ^ z >> 27) * 0x94D049BB133111EB;
        return z ^ z >> 31;
    }
    bool happens(double probability) { return double(next() >> 11) * 0x1p-53 < probability; }

private:
    uint64_t state;
};

// One direction of the line: what becomes of its bits and bytes. Whether a bit is flipped depends on the seed and on how
// many were sent in this direction before, not on what happens in the other one.
struct Direction {
    Random random;
    double bit_errors, drops;
    uint64_t bits = 0, flipped = 0, bytes = 0, dropped = 0, pauses = 0;
    bool is_idle = true;

    void idles(bool now) {
        pauses += now && !is_idle;
        is_idle = now;
    }
    bool flips() {
        ++bits;
        const bool flip = random.happens(bit_errors);
        flipped += flip;
        return flip;
    }
    bool drop() {
        ++bytes;
        const bool drop = random.happens(drops);
        dropped += drop;
        return drop;
    }
};

// Bytes as levels, a bit a call: a start bit, eight of data, a stop bit.
class Sender {
public:
    bool busy() const { return left; }
    void start(uint8_t byte) { bits = 0x200 | byte << 1, left = 10; }
    bool bit() {
        const bool level = bits & 1;
        bits >>= 1;
        --left;
        return level;
    }

private:
    unsigned bits = 0, left = 0;
};

// The bits of the bytes that a board sends, from the falling edge of the start bit on, a clock cycle a call.
class Follower {
public:
    explicit Follower(unsigned divisor) : divisor{divisor} {}
    bool busy() const { return is_busy; }  // in the latest cycle
    bool noisy(bool level, Direction& line) {
        if (!timer) {
            flip = false;
            if (left || !level) {
                left = left ? left - 1 : 9;
                timer = divisor;
                flip = line.flips();
            }
        }
        is_busy = timer;
        timer -= is_busy;
        return level ^ flip;
    }

private:
    unsigned divisor, timer = 0, left = 0;
    bool flip = false, is_busy = false;
};

// Levels as bytes, a clock cycle a call, sampled in the middle of bits. A byte whose stop bit is low counts as one.
class Receiver {
public:
    explicit Receiver(unsigned divisor) : divisor{divisor} {}
    bool take(bool level, uint8_t& byte) {
        if (!left) {
            if (level) broken = false;
            if (level || broken) return false;
            left = 10;
            timer = divisor / 2;
        }
        if (timer--) return false;
        timer = divisor - 1;
        if (left == 10 && level) {  // no start bit, a glitch
            left = 0;
            return false;
        }
        if (--left) {
            bits = bits >> 1 | level << 8;  // the start bit falls out
            return false;
        }
        broken = !level;
        byte = bits >> 1;
        return true;
    }

private:
    unsigned divisor, timer = 0, left = 0, bits = 0;
    bool broken = false;  // a low line is no start bit before it was high
};
