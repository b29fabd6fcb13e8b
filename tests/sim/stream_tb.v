// Random operands through an operator with handshake, with idle cycles and back-pressure, against the reference.
module stream_tb;
  `include "reference.vh"

  parameter COUNT = 2000;

  reg clk, rst, i_valid, o_ready, taken;
  reg [`WIDTH-1:0] a, b;
  wire i_ready, o_valid;
  wire [`RESULT-1:0] o;
  reg [`RESULT-1:0] due [0:COUNT-1];
  integer sent, checked, wrong, cycles;

  `DUT dut(.clk(clk), .rst(rst), .`A(a), .`B(b), .i_valid(i_valid), .i_ready(i_ready),
           .`O(o), .o_valid(o_valid), .o_ready(o_ready));

  initial begin
    clk = 0;
    rst = 1;
    i_valid = 0;
    o_ready = 0;
    sent = 0;
    checked = 0;
    wrong = 0;
    #1 clk = 1;
    #1 clk = 0;
    rst = 0;
    for (cycles = 0; cycles < 10 * COUNT && checked < COUNT; cycles = cycles + 1) begin
      // A pair that waits stays; a new one comes in three of four cycles.
      if (!i_valid && sent < COUNT && $random % 4 != 0) begin
        a = $random;
        b = $random;
        if ($random % 2) a = a >> ($random & 15);
        if ($random % 2) b = b >> ($random & 15);
        i_valid = 1;
      end
      o_ready = $random;
      #1 if (o_valid && o_ready) begin
        if (checked >= sent || o !== due[checked]) wrong = wrong + 1;
        checked = checked + 1;
      end
      taken = i_valid && i_ready === 1'b1;
      if (taken) begin
        due[sent] = reference(a, b);
        sent = sent + 1;
      end
      clk = 1;
      #1 clk = 0;
      if (taken) i_valid = 0;
    end
    $display("checked %0d wrong %0d", checked, wrong);
    $finish;
  end
endmodule
