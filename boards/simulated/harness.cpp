// What is around a simulated board: its clock, the serial line at its pins, the noise on it, and the pseudo-terminal at
// the other end. The model is Verilator's `Model`, with the pins `clk`, `rx` and `tx`.
//
//     harness MASTER DIVISOR BIT_ERRORS DROPS SEED
//
// MASTER is the file descriptor of the pseudo-terminal, DIVISOR the clock cycles of a bit. Standard input takes commands
// of one byte: `p` takes the board's power away and gives it back, `t` asks how things are. Each is answered by a line of
// JSON on standard output, and so is the end of standard input, which ends the program: it never outlives its parent.

#include <poll.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <memory>
#include <string>

#include "Model.h"
#include "serial_line.h"
#include "verilated.h"

namespace {

// The clock is stopped after this many bit times with nothing on the line. A board begins to answer some clock cycles
// after the end of a request, so that by then it has answered all there were.
constexpr unsigned QUIET = 4096;
constexpr unsigned BATCH = 64;   // bytes that go to the host at once, as those of a USB adapter do
constexpr unsigned PAUSE = 20;   // bit times without a new one, after which fewer go
constexpr unsigned PATROL = 64;  // bit times between two looks for commands

struct End {};  // thrown when the parent is gone, or has closed standard input

class Harness {
public:
    Harness(int master, unsigned divisor, double bit_errors, double drops, uint64_t seed)
        : master{master}, divisor{divisor}, seeds{seed}, to_board{Random{seeds.next()}, bit_errors, drops},
          to_host{Random{seeds.next()}, bit_errors, drops}, follower{divisor}, receiver{divisor} {
        power_up();
    }

    void run() {
        unsigned quiet = 0, pause = 0;
        for (unsigned now = 0;; ++now) {
            if (output_size && (output_size == BATCH || pause >= PAUSE)) flush();
            if (now % PATROL == 0) patrol();
            if (quiet >= QUIET && !is_power_cycle_due && !wait(POLLIN)) continue;
            quiet = quiet < QUIET ? quiet + 1 : 0;
            if (!sender.busy() && fetch()) {
                quiet = 0;
                if (!to_board.drop()) sender.start(input[input_next - 1]);
            }
            if (sender.busy() || follower.busy()) quiet = 0;
            pause = bit() ? 0 : pause + 1;
            to_board.idles(!sender.busy() && input_next == input_size);
            to_host.idles(!follower.busy());
        }
    }

    void report() const {
        const auto line = [](const Direction& each) {
            return "{\"bytes\":" + std::to_string(each.bytes) + ",\"dropped\":" + std::to_string(each.dropped) +
                   ",\"bits\":" + std::to_string(each.bits) + ",\"flipped\":" + std::to_string(each.flipped) +
                   ",\"pauses\":" + std::to_string(each.pauses) + "}";
        };
        std::printf(
            "{\"cycles\":%llu,\"seconds\":%.3f,\"power_cycles\":%u,\"both\":%llu,\"to_board\":%s,\"to_host\":%s}\n",
            static_cast<unsigned long long>(cycles), double(std::clock()) / CLOCKS_PER_SEC, power_cycles,
            static_cast<unsigned long long>(both), line(to_board).c_str(), line(to_host).c_str());
        std::fflush(stdout);
    }

private:
    const int master;
    const unsigned divisor;
    Random seeds;
    Direction to_board, to_host;
    Sender sender;
    Follower follower;
    Receiver receiver;
    std::unique_ptr<VerilatedContext> context;
    std::unique_ptr<Model> model;
    uint8_t input[4096], output[BATCH];
    unsigned input_next = 0, input_size = 0, output_size = 0;
    unsigned power_cycles = 0;
    bool is_power_cycle_due = false;
    uint64_t cycles = 0, both = 0;

    // Registers begin with their initial values, as after a configuration; whatever has none begins at random.
    void power_up() {
        model.reset();  // before its context
        context = std::make_unique<VerilatedContext>();
        context->randReset(2);
        context->randSeed(1 + seeds.next() % 0x7FFFFFFF);
        model = std::make_unique<Model>(context.get());
        model->clk = 0;
        model->rx = 1;
        model->eval();
        follower = Follower{divisor};
    }

    void power_cycle() {
        power_up();
        ++power_cycles;
        is_power_cycle_due = false;
        report();
    }

    // One bit time; whether a byte for the host has come.
    bool bit() {
        both += sender.busy() && follower.busy();
        const bool level = !sender.busy() || (sender.bit() ^ to_board.flips());
        const unsigned end = is_power_cycle_due ? seeds.next() % divisor : divisor;
        bool has_come = false;
        for (unsigned i = 0; i < divisor; ++i) {
            if (i == end) power_cycle();
            model->rx = level;
            model->clk = 1;
            model->eval();
            model->clk = 0;
            model->eval();
            uint8_t byte;
            if (receiver.take(follower.noisy(model->tx, to_host), byte) && !to_host.drop()) {
                output[output_size++] = byte;
                has_come = true;
            }
        }
        cycles += divisor;
        return has_come;
    }

    // Whether there is a byte from the host; it is the one before input_next.
    bool fetch() {
        if (input_next == input_size) {
            const ssize_t got = read(master, input, sizeof input);
            if (got < 0 && errno != EAGAIN && errno != EINTR) throw End{};
            input_next = 0;
            input_size = got > 0 ? got : 0;
        }
        return input_next < input_size && ++input_next;
    }

    // Nothing is lost: while the host does not read, the clock is stopped.
    void flush() {
        for (unsigned done = 0; done < output_size;) {
            const ssize_t put = write(master, output + done, output_size - done);
            if (put < 0 && errno != EAGAIN && errno != EINTR) throw End{};
            if (put > 0) done += put;
            else wait(POLLOUT);
        }
        output_size = 0;
    }

    // Until the host has written or read something, or there is a command, which is then obeyed; whether anything is to
    // be done for which the clock has to run.
    bool wait(short events) {
        pollfd each[] = {{master, events, 0}, {STDIN_FILENO, POLLIN, 0}};
        if (poll(each, 2, -1) <= 0) return false;
        if (!each[1].revents) return true;
        const bool is_power_cycle = command() == 'p';
        if (is_power_cycle) power_cycle();
        return is_power_cycle;
    }

    // Obey a command, if there is one; the power goes away in the midst of the next bit.
    void patrol() {
        pollfd commands{STDIN_FILENO, POLLIN, 0};
        if (poll(&commands, 1, 0) > 0) is_power_cycle_due = command() == 'p';
    }

    // The next command, which is there; it is answered if it is no `p`.
    char command() const {
        char command;
        if (read(STDIN_FILENO, &command, 1) <= 0) throw End{};
        if (command != 'p') report();
        return command;
    }
};

}  // namespace

int main(int, char** argv) {
    Harness harness(std::atoi(argv[1]), std::atoi(argv[2]), std::atof(argv[3]), std::atof(argv[4]),
                    std::strtoull(argv[5], nullptr, 10));
    try {
        harness.run();
    } catch (const End&) {
        harness.report();
    }
}
