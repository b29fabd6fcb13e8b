// An exact 4-bit multiplier of two stages, right unless one of the faults is defined. For tests of the bench.
module mul_u4_exact(i_a, i_b, i_valid, i_ready, o_p, o_valid, o_ready, clk, rst);
  input [3:0] i_a, i_b;
  input i_valid, o_ready, clk, rst;
  output i_ready, o_valid;
  output [7:0] o_p;

  reg valid_0, valid_1;
  reg [7:0] p_0, p_1;
  wire [7:0] product = i_a * i_b;

`ifdef BUBBLES_STAY
  wire enable_1 = ~valid_1 | o_ready;
  wire enable_0 = enable_1;
`else
  wire enable_1 = ~valid_1 | o_ready;
  wire enable_0 = ~valid_0 | enable_1;
`endif

`ifdef STALL_IGNORED
  assign i_ready = 1'b1;
`elsif HALF_THROUGHPUT
  assign i_ready = ~valid_0;
`elsif NEVER_READY
  assign i_ready = 1'b0;
`elsif READY_UNRESOLVED
  assign i_ready = (i_a == 4'd9 && i_b == 4'd4) ? 1'bx : enable_0;
`else
  assign i_ready = enable_0;
`endif

`ifdef VALID_WAITS_FOR_READY
  assign o_valid = valid_1 & o_ready;
`else
  assign o_valid = valid_1;
`endif

`ifdef RESULT_UNRESOLVED
  assign o_p = (p_1 == 8'd225) ? {p_1[7:1], 1'bx} : p_1;
`elsif RESULT_FROM_INPUTS
  assign o_p = valid_0 ? p_1 : {p_1[7:1], p_1[0] & i_a[0]};
`else
  assign o_p = p_1;
`endif

  always @(posedge clk) begin
    if (enable_0 | rst) begin
`ifdef TRANSFER_DROPPED
      valid_0 <= ~rst & i_valid & ~(i_a == 4'd7 && i_b == 4'd5);
`elsif TRANSFER_DOUBLED
      valid_0 <= ~rst & (i_valid | (valid_0 & p_0 == 8'd35));
`elsif RESET_LETS_IN
      valid_0 <= i_valid;
`else
      valid_0 <= ~rst & i_valid & i_ready;
`endif
`ifdef RESULT_WRONG
      p_0 <= product ^ {7'd0, i_a == 4'd7 && i_b == 4'd6};
`else
      p_0 <= product;
`endif
    end
`ifdef RESET_INCOMPLETE
    if (enable_1) begin
`else
    if (enable_1 | rst) begin
`endif
      valid_1 <= ~rst & valid_0;
      p_1 <= p_0;
    end
`ifdef PAYLOAD_CHANGES
    else p_1 <= p_1 + 8'd1;
`elsif VALID_DROPS
    else valid_1 <= 1'b0;
`endif
  end
endmodule
