import itertools
import random

import pytest
from link_reference import Frame, content, respond
from stream_bench import never, offer, simulate, watch

from boards.link.executor import Executor
from pysoft.operator import Operator

IDENTIFICATION = b'{"board": "a test"}'  # an odd number of bytes
NAMES = {
    "one": ["mul-u16-mitchell"],
    "integers": ["mul-u8-mitchell", "div-s13-mitchell-f3", "mul-s20-exact", "sqrt-u8-mitchell"],
    "floats": ["div-u8-mitchell-f32", "mul-f32-mitchell", "rsqrt-bf16-mitchell"],
}


def operators(*names):
    return [Operator.from_name(name) for name in names]


def execute(requests, ops, *, stages=2, idle=never, busy=never, counts=(), rest=400):
    """The responses, and the cycles in which bytes of requests were taken and bytes of responses were there."""
    dut = Executor(ops, stages=stages, identification=IDENTIFICATION, max_payload=2044)
    items = []
    for request in requests:
        *data, last = content(request)[:-4]
        items += [*data, last | 0x100]
    taken, seen, counted = [], [], []
    simulate(
        dut,
        offer(dut.i, items, taken, idle=idle, rest=rest),
        offer(dut.count, counts, counted, idle=lambda: 3),
        background=[watch(dut.o, seen, busy=busy)],
    )
    assert (len(taken), len(counted)) == (len(items), len(counts))
    responses, data = [], bytearray()
    for _, byte in seen:
        data.append(byte & 0xFF)
        if byte >> 8:
            assert len(data) == 4 + int.from_bytes(data[2:4], "little")
            responses.append(Frame(data[0], data[1], bytes(data[4:])))
            data.clear()
    assert not data
    return responses, taken, [cycle for cycle, _ in seen]


def random_request(generator, ops):
    unit = generator.choice([*range(len(ops)), *range(len(ops)), 0xF0, 0xF1, generator.randrange(256)])
    if unit < len(ops):
        size = -(-ops[unit].format.width // 8) * len(ops[unit].operands)
        length = size * generator.randrange(4) + generator.choice([0, 0, 0, generator.randrange(size)])
    elif unit == 0xF2:
        unit, length = 0xFF, 0  # its answer depends on all that was before
    else:
        length = generator.choice([0, generator.randrange(8)])
    return Frame(generator.randrange(256), unit, generator.randbytes(length))


@pytest.mark.parametrize("names", NAMES.values(), ids=NAMES)
def test_executor_answers_every_request_as_the_model(names):
    generator = random.Random(len(names))
    ops = operators(*names)
    requests = [random_request(generator, ops) for _ in range(30)]
    requests += [Frame(1, unit, generator.randbytes(24)) for unit in range(len(ops))]  # whole for all of them
    pace = {"idle": lambda: generator.choice([0, 0, 4]), "busy": lambda: generator.choice([0, 9])}
    responses, *_ = execute(requests, ops, stages=generator.randrange(1, 6), **pace)
    assert responses == [respond(ops, IDENTIFICATION, request) for request in requests]
    assert {response.payload[0] for response in responses if response.unit == 0xFF} == {1, 2}


def test_executor_answers_any_unit_with_any_length():
    ops = operators("mul-u8-mitchell")
    units = (0, 1, 0xEF, 0xF0, 0xF1, 0xF3, 0xFF)
    requests = [Frame(7, unit, bytes(length)) for unit in units for length in (0, 1, 2, 3, 4, 99)]
    responses, *_ = execute(requests, ops)
    assert responses == [respond(ops, IDENTIFICATION, request) for request in requests]


def test_executor_counts_what_it_rejects_and_what_it_is_told():
    generator = random.Random(3)
    ops = operators("mul-u8-mitchell")
    counts = [generator.randrange(5) for _ in range(60)]
    requests = [Frame(i, 0, bytes(i)) for i in range(8)] + [Frame(8, 0xF2, b""), Frame(9, 0xF2, b"")]
    responses, *_ = execute(requests, ops, counts=counts, busy=lambda: 2)
    values = [int.from_bytes(responses[-1].payload[2 * i : 2 * i + 2], "little") for i in range(6)]
    assert values == [*(counts.count(i) for i in range(5)), 4]


def test_executor_latency_is_as_documented():
    ops = operators("mul-u16-mitchell")
    for stages in (1, 4):
        for results in (1, 5):
            _, taken, seen = execute([Frame(0, 0, bytes(4 * results))], ops, stages=stages)
            assert seen[0] - taken[0] == results + 7
            starts = seen[4::4]
            assert {after - before for before, after in itertools.pairwise(starts)} <= {4 + 2 * 4 + 1 + stages}


@pytest.mark.parametrize(
    ("names", "options", "message"),
    [
        ([], {}, r"1\.\.64 operators, not 0"),
        (["mul-u16-mitchw-w4"] * 2, {}, "mul-u16-mitchw-w4 came more than once"),
        (["mul-u8-mitchell"], {"stages": 0}, r"1\.\.5, not 0"),
        (["mul-u8-mitchell"], {"identification": bytes(65536)}, "up to 65535 bytes, not 65536"),
        (["div-u2-mitchell-f32"], {"max_payload": 32764}, "81910 bytes of results, above 65535"),
    ],
)
def test_executor_options_out_of_range_raise(names, options, message):
    legal = {"stages": 1, "identification": b"", "max_payload": 100}
    with pytest.raises(ValueError, match=message):
        Executor(operators(*names), **legal | options)


def test_executor_takes_64_operators_and_no_more():
    names = [f"mul-u{width}-{family}" for width in range(6, 32) for family in ("mitchell", "exact", "mitchw-w3")]
    options = {"stages": 1, "identification": b"", "max_payload": 100}
    assert len(Executor(operators(*names[:64]), **options).operators) == 64
    with pytest.raises(ValueError, match=r"1\.\.64 operators, not 65"):
        Executor(operators(*names[:65]), **options)
    with pytest.raises(TypeError, match="not 'mul-u8-mitchell'"):
        Executor(["mul-u8-mitchell"], **options)
