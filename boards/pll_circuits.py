"""The phase-locked loops of the devices on our boards: their limits, and how each is put into a circuit."""

from dataclasses import replace

from amaranth.hdl import C, Instance, Module, Signal, Value
from amaranth.lib import io

from .pll import PllKind, PllSettings

__all__ = ["ECP5_PLL", "ICE40_PAD_PLL", "ICE40_PLL", "RPLL"]


def _buffered(m: Module, pin: io.PortLike) -> Value:
    m.submodules.pin = buffer = io.Buffer("i", pin)
    return buffer.i


def _ice40_parameters(settings: PllSettings) -> dict:
    """Constants of both kinds of loop. The guide gives the filter for ranges of the phase detector's frequency."""
    faster = [limit for limit in (17, 26, 44, 66, 101) if settings.phase_detector >= limit]
    return {
        "p_FEEDBACK_PATH": "SIMPLE",
        "p_DIVR": C(settings.divide - 1, 4),
        "p_DIVF": C(settings.multiply - 1, 7),
        "p_DIVQ": C(settings.output_divide.bit_length() - 1, 3),
        "p_FILTER_RANGE": C(1 + len(faster), 3),
        "i_RESETB": C(1),
        "i_BYPASS": C(0),
    }


def _ice40(m: Module, settings: PllSettings, pin: io.PortLike, clock: Signal, locked: Signal) -> None:
    """Loop of an iCE40 whose clock pin is any other than the loop's own."""
    m.submodules.pll = Instance(
        "SB_PLL40_CORE",
        **_ice40_parameters(settings),
        i_REFERENCECLK=_buffered(m, pin),
        o_PLLOUTGLOBAL=clock,
        o_LOCK=locked,
    )


def _ice40_pad(m: Module, settings: PllSettings, pin: io.PortLike, clock: Signal, locked: Signal) -> None:
    """Loop of an iCE40 whose clock pin is the loop's own, which then has no other use."""
    m.submodules.pll = Instance(
        "SB_PLL40_PAD",
        ("io", "PACKAGEPIN", pin.io),
        **_ice40_parameters(settings),
        o_PLLOUTGLOBAL=clock,
        o_LOCK=locked,
    )


def _ecp5(m: Module, settings: PllSettings, pin: io.PortLike, clock: Signal, locked: Signal) -> None:
    """Loop of an ECP5: the primary output, at the phase detector's frequency, is fed back; the clock is another one.

    So the oscillator is multiplied by the primary output's divider alone, and the clock has a divider of its own.
    """
    feedback = Signal()
    m.submodules.pll = Instance(
        "EHXPLLL",
        a_ICP_CURRENT="12",
        a_LPF_RESISTOR="8",
        a_MFG_ENABLE_FILTEROPAMP="1",
        a_MFG_GMCREF_SEL="2",
        **{f"p_{name}": "DISABLED" for name in ("PLLRST_ENA", "INTFB_WAKE", "STDBY_ENABLE", "DPHASE_SOURCE")},
        p_OUTDIVIDER_MUXA="DIVA",
        p_OUTDIVIDER_MUXB="DIVB",
        p_FEEDBK_PATH="CLKOP",
        p_CLKI_DIV=settings.divide,
        p_CLKFB_DIV=1,
        p_CLKOP_ENABLE="ENABLED",
        p_CLKOP_DIV=settings.multiply,
        p_CLKOP_CPHASE=settings.multiply - 1,  # no phase shift
        p_CLKOP_FPHASE=0,
        p_CLKOS_ENABLE="ENABLED",
        p_CLKOS_DIV=settings.output_divide,
        p_CLKOS_CPHASE=settings.output_divide - 1,
        p_CLKOS_FPHASE=0,
        i_CLKI=_buffered(m, pin),
        i_CLKFB=feedback,
        **{f"i_{name}": C(0) for name in ("RST", "STDBY", "PHASESEL0", "PHASESEL1", "PHASEDIR", "PHASESTEP")},
        **{f"i_{name}": C(0) for name in ("PHASELOADREG", "PLLWAKESYNC", "ENCLKOP", "ENCLKOS")},
        o_CLKOP=feedback,
        o_CLKOS=clock,
        o_LOCK=locked,
    )


def _rpll(m: Module, settings: PllSettings, pin: io.PortLike, clock: Signal, locked: Signal) -> None:
    """Loop of a Gowin GW1NR-9C."""
    dynamic = ("DYN_IDIV_SEL", "DYN_FBDIV_SEL", "DYN_ODIV_SEL", "DYN_DA_EN")
    bypass = ("CLKOUT_BYPASS", "CLKOUTP_BYPASS", "CLKOUTD_BYPASS")
    m.submodules.pll = Instance(
        "rPLL",
        p_DEVICE="GW1NR-9C",
        p_FCLKIN=f"{float(settings.reference):g}",
        p_IDIV_SEL=settings.divide - 1,
        p_FBDIV_SEL=settings.multiply - 1,
        p_ODIV_SEL=settings.output_divide,
        **{f"p_{name}": "false" for name in (*dynamic, *bypass)},
        p_CLKFB_SEL="internal",
        p_PSDA_SEL="0000",
        p_DUTYDA_SEL="1000",
        p_DYN_SDIV_SEL=2,
        i_CLKIN=_buffered(m, pin),
        **{f"i_{name}": C(0) for name in ("CLKFB", "RESET", "RESET_P")},
        **{f"i_{name}": C(0, 6) for name in ("FBDSEL", "IDSEL", "ODSEL")},
        **{f"i_{name}": C(0, 4) for name in ("PSDA", "DUTYDA", "FDLY")},
        o_CLKOUT=clock,
        o_LOCK=locked,
    )


ICE40_PLL = PllKind(
    name="iCE40 PLL",
    divide=tuple(range(1, 17)),
    multiply=tuple(range(1, 129)),
    output_divide=tuple(2**q for q in range(1, 7)),
    phase_detector=(10, 133),
    oscillator=(533, 1066),
    output=(16, 275),
    feedback_of_output=False,
    source="Lattice FPGA-TN-02052, iCE40 sysCLOCK PLL Design and Usage Guide",
    circuit=_ice40,
)
ICE40_PAD_PLL = replace(ICE40_PLL, circuit=_ice40_pad)
ECP5_PLL = PllKind(
    name="ECP5 PLL",
    divide=tuple(range(1, 129)),
    multiply=tuple(range(1, 129)),
    output_divide=tuple(range(1, 129)),
    phase_detector=(10, 400),
    oscillator=(400, 800),
    output=(3.125, 400),
    feedback_of_output=False,  # of the primary output, which is no clock: the clock is a secondary one
    source="Lattice FPGA-DS-02012, ECP5 and ECP5-5G Family",
    circuit=_ecp5,
)
RPLL = PllKind(
    name="Gowin rPLL",
    divide=tuple(range(1, 65)),
    multiply=tuple(range(1, 65)),
    output_divide=(2, 4, 8, 16, 32, 48, 64, 80, 96, 112, 128),
    phase_detector=(3, 400),
    oscillator=(400, 1200),
    output=(3.125, 600),
    feedback_of_output=True,
    source="Gowin DS117E, GW1NR series, C6/I5; UG286E",
    circuit=_rpll,
)
