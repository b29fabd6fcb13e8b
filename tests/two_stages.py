"""A pipeline by another hand than the generated ones: other names, and no registers for what is full."""

__all__ = ["PIPELINE"]

PIPELINE = """
    module top(
      input clk, input rst, input i_valid, output i_ready, input [3:0] i_a,
      output o_valid, input o_ready, output [3:0] o_r
    );
      reg here, there;
      reg [3:0] less, inverse;
      wire leaves = ~there | o_ready;
      assign i_ready = ~here | leaves;
      assign o_valid = there;
      assign o_r = inverse;
      always @(posedge clk) begin
        if (leaves) begin there <= here; inverse <= ~less; end
        if (i_ready) begin here <= i_valid; less <= i_a - 1; end
        if (rst) begin here <= 0; there <= 0; end
      end
    endmodule
"""
